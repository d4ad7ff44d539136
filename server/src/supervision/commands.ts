/** Commands of GB/T 32960.3 whose frames are observations. */
export const REALTIME = 0x02;
/** Sent again later because it could not be delivered in time (表 3: 补发信息上报). */
export const REISSUED = 0x03;
