// Writes messages as they stand on the wire (docs/protocol.md) as a file for people, or for programs.

/// Characters of the message that another one replies to.
const QUOTE_CHARACTERS = 80;

/// Everything, for programs. Times are in UTC.
export function toJson({ room, at, messages }) {
  const plain = messages.map(({ nonce, at, ...message }) => ({ ...message, at: new Date(at).toISOString() }));
  return `${JSON.stringify({ room, exported_at: at.toISOString(), messages: plain }, null, 2)}\n`;
}

/// What was said, for people, in the order and the time zone of the reader. Deleted messages are left out.
export function toMarkdown({ room, language, messages }) {
  const day = new Intl.DateTimeFormat(language, { dateStyle: "full" });
  const time = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  const bySeq = new Map(messages.map((message) => [message.seq, message]));
  const lines = [`# ${room}`];
  let lastDay;
  for (const { at, author, text, deleted, reply_to: parent } of messages) {
    if (deleted || !text) continue;
    const today = day.format(at);
    if (today !== lastDay) lines.push(`## ${today}`);
    lastDay = today;
    const quoted = bySeq.get(parent);
    const quote = quoted?.text ? [`> **${inLine(quoted.author.name)}**: ${inLine(quoted.text)}`] : [];
    lines.push(...quote, `**${inLine(author.name)}** ${time.format(at)}`, text);
  }
  return `${lines.join("\n\n")}\n`;
}

function inLine(text) {
  const line = text.replaceAll(/\s+/g, " ").replaceAll(/([\\*_`[\]<>])/g, "\\$1");
  const characters = [...line];
  return characters.length > QUOTE_CHARACTERS ? `${characters.slice(0, QUOTE_CHARACTERS).join("")}…` : line;
}
