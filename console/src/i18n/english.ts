/**
 * The English texts beside Chinese ones: the same keys, and where English tells one from many, a second text under `<key>_one`.
 * Chinese has one form. A text that counts takes the number itself (`{{count, number}}`), not its digits, to choose the form.
 */
export type English<Chinese> = {
  readonly [Key in keyof Chinese]: Chinese[Key] extends string ? string : English<Chinese[Key]>;
} & {
  readonly [Key in keyof Chinese & string as Chinese[Key] extends string ? `${Key}_one` : never]?: string;
};
