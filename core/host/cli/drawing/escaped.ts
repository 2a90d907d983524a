/** A text as XML takes it: its own signs written out, control characters replaced. */
export const escaped = (text: string): string =>
  text
    .replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)
    .replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, '�');
