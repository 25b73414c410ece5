/** Done, but the input could not be read whole, or no record in it was known. */
export const notReadWhole = 5;

/** As shells report a command that ended by SIGINT. */
export const interrupted = 130;

/** It was asked for too late: what was to be stopped had been done. */
export const tooLate = 6;
