/** The user has left a question open, or called off what they had asked for. Ends a command without a word. */
export class Cancelled extends Error {}
