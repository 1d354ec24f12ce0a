// What goes wrong through the user's own words. Knows no option.

/** misfit was asked for something it cannot do; ends in exit code 2 with a message of one line. */
export class UsageError extends Error {}
