/** How large an export of another tool may be, in bytes: it is held whole while it is read. A fleet of 2000 members is about 10 MiB. */
export const MOST_TEXT = 32 * 1024 * 1024;

/** How much the window may hand over at once, in bytes. What is larger is opened by the menu, which reads it piece by piece. */
export const MOST_DROPPED = 256 * 1024 * 1024;

/** How long a text may be that is pasted, in UTF-16 units. */
export const MOST_PASTED = 64 * 1024 * 1024;

/** How many files may be opened together. */
export const MOST_FILES = 1000;
