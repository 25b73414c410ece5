export { plainText, shownTextLimit } from '../model/safe-text.ts';
