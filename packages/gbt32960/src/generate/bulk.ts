/**
 * Source of the loops for long lists. They are only a faster way to write what the plain loop writes: where a value is
 * close to the end of its range, a sentinel, or where array types do not fit, the caller's plain loop writes the list
 * again.
 *
 * 64-bit words are BigInts that never leave a register: each is made, used and stored within one iteration. `|0` spares
 * the checks for integers that leave 31 bits.
 */

const LOW_BYTES = "0x00ff00ff00ff00ffn";

/** Declares what all loops share: a place to take 64-bit words apart. */
export const BULK_PRELUDE = "const both64=new BigUint64Array(1),both32=new Int32Array(both64.buffer);";

/** The four 16-bit numbers of a word with their bytes swapped. */
function swapped(four: string): string {
  return `BigInt.asUintN(64,((${four}&${LOW_BYTES})<<8n)|((${four}>>8n)&${LOW_BYTES}))`;
}

/** Statements in front of the loops: the views of list `n`, or `return false` where it cannot be written by words. */
function head(n: number, signed: boolean, bound: boolean): string {
  const views = bound
    ? ""
    : `if(l${n}.ticks!==w${n}.ticks)renewWords(w${n},l${n},${signed});if(!w${n}.usable)return false;` +
      `const t${n}=l${n}.ticks,r${n}=l${n}.reasons,wt=w${n}.tick${signed ? "Pairs" : "Words"},wr=w${n}.reasonWords;`;
  return `if(count<8)return false;${views}let at=from|0,k=l${n}.length|0,high=0;const end=(k+count)|0;`;
}

/** The arrays of list `n` as constants of a decoder that is bound to them. */
export function boundViews(n: number, signed: boolean): string {
  return `const wt${n}=w${n}.tick${signed ? "Pairs" : "Words"},wr${n}=w${n}.reasonWords;`;
}

/**
 * `append<n>(view,from,count)`: appends `count` big-endian words at `from` of the view to list `n` of 16-bit ticks, all
 * with reason 0. There is room for them. True only if every value is below 32,768 (cells above 32.7 V take the plain
 * loop); false when nothing must be relied on.
 */
export function appendWordsSource(n: number, bound: boolean): string {
  const [wt, wr] = bound ? [`wt${n}`, `wr${n}`] : ["wt", "wr"];
  // In words read the wrong way round the high bytes are bytes 0 and 2: their top bits say that a value is too large.
  const single = `{const v=view.getUint16(at);high|=v>>>8;t${n}[k]=v;r${n}[k]=0;k=(k+1)|0;at=(at+2)|0;}`;
  return `const append${n}=function(view,from,count){${head(n, false, bound)}
while((k&7)!==0&&k<end)${single}
for(const stop=(end-15)|0;k<stop;k=(k+16)|0,at=(at+32)|0){
const a=view.getBigUint64(at,true),b=view.getBigUint64((at+8)|0,true),c=view.getBigUint64((at+16)|0,true),d=view.getBigUint64((at+24)|0,true);
both64[0]=a|b|c|d;high|=both32[0]|both32[1];
const word=k>>>2;
${["a", "b", "c", "d"].map((four, i) => `${wt}[word+${i}]=${swapped(four)};`).join("")}
${wr}[k>>>3]=0;${wr}[(k>>>3)+1]=0;}
while(k<end)${single}
if((high&0x00800080)!==0)return false;l${n}.length=end;return true;};`;
}

/**
 * `append<n>(view,from,count)`: appends `count` bytes, less `bias` (0–127), to list `n` of signed 16-bit ticks, all with
 * reason 0. There is room for them. True only if every byte is below 128 (probes above 87 ℃ take the plain loop).
 */
export function appendBytesSource(n: number, bias: number, bound: boolean): string {
  const [wt, wr] = bound ? [`wt${n}`, `wr${n}`] : ["wt", "wr"];
  // The top bit of each half keeps a borrow from crossing into the other half, and is put right afterwards.
  const biases = (0x8000_8000 - ((bias << 16) | bias)) | 0;
  const low = (four: string) => `((((${four}&255)|((${four}&65280)<<8))+${biases})^0x80008000)`;
  const high = (four: string) => `(((((${four}>>>16)&255)|((${four}>>>8)&16711680))+${biases})^0x80008000)`;
  const single = `{const v=view.getUint8(at);high|=v;t${n}[k]=v-${bias};r${n}[k]=0;k=(k+1)|0;at=(at+1)|0;}`;
  return `const append${n}=function(view,from,count){${head(n, true, bound)}
while((k&7)!==0&&k<end)${single}
for(const stop=(end-7)|0;k<stop;k=(k+8)|0,at=(at+8)|0){
const a=view.getInt32(at,true),b=view.getInt32((at+4)|0,true);high|=a|b;
const pair=k>>>1;${wt}[pair]=${low("a")};${wt}[pair+1]=${high("a")};${wt}[pair+2]=${low("b")};${wt}[pair+3]=${high("b")};
${wr}[k>>>3]=0;}
while(k<end)${single}
if((high&0x80808080)!==0)return false;l${n}.length=end;return true;};`;
}
