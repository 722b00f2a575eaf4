/** The type of debug configurations that step through an app on a sample. */
export const debugType = 'mysimbdp';
