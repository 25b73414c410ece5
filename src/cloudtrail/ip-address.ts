/** Whether a text is an IPv4 or IPv6 address, and nothing but that; leading zeros are none, for their meaning is disputed. */
export function isIpAddress(text: string): boolean {
  return text.includes(':') ? isIpv6(text) : isIpv4(text);
}

/** A loop, for it is asked of nearly every record. */
function isIpv4(text: string): boolean {
  let octets = 1;
  let digits = 0;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (digits > 0 && value === 0) return false;
      digits += 1;
      value = value * 10 + digit;
      if (value > 255) return false;
    } else {
      if (text[at] !== '.' || digits === 0) return false;
      octets += 1;
      digits = 0;
      value = 0;
    }
  }
  return octets === 4 && digits > 0;
}

function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const mapped = last?.includes('.') === true;
  if (mapped && !isIpv4(last)) return false;
  const count = groups.length + (mapped ? 1 : 0);
  const plain = mapped ? groups.slice(0, -1) : groups;
  return plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}
