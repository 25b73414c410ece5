/** Done, but the input could not be read whole, or no record in it was known. */
export const notReadWhole = 5;
