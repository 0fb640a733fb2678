//! Renders a tree of the crate as HTML, in the form of the published examples. Only tests need HTML; the page makes nodes.

use markdown::{Block, Inline};

pub(crate) fn render(blocks: &[Block]) -> String {
    blocks.iter().map(render_block).collect::<Vec<_>>().join("\n")
}

fn render_block(block: &Block) -> String {
    match block {
        Block::Paragraph(content) => format!("<p>{}</p>", render_inlines(content)),
        Block::Heading { level, content } => format!("<h{level}>{}</h{level}>", render_inlines(content)),
        Block::CodeBlock { language, text } => {
            let class = language.iter().map(|name| format!(" class=\"language-{}\"", escape(name)));
            let end = if text.is_empty() { "" } else { "\n" };
            format!("<pre><code{}>{}{end}</code></pre>", class.collect::<String>(), escape(text))
        }
        Block::Quote(blocks) => format!("<blockquote>\n{}\n</blockquote>", render(blocks)),
        Block::List { start, items } => {
            let (name, start) = match start {
                None => ("ul", String::new()),
                Some(1) => ("ol", String::new()),
                Some(start) => ("ol", format!(" start=\"{start}\"")),
            };
            let items: String = items.iter().map(|item| format!("<li>{}</li>\n", render(item))).collect();
            format!("<{name}{start}>\n{items}</{name}>")
        }
        Block::Table { head, rows } => {
            let body: String = rows.iter().map(|row| render_row("td", row)).collect();
            let body = if rows.is_empty() { body } else { format!("<tbody>{body}</tbody>") };
            format!("<table><thead>{}</thead>{body}</table>", render_row("th", head))
        }
        Block::Rule => "<hr />".to_owned(),
    }
}

fn render_row(name: &str, cells: &[Vec<Inline>]) -> String {
    let cells = cells.iter().map(|cell| format!("<{name}>{}</{name}>", render_inlines(cell)));
    format!("<tr>{}</tr>", cells.collect::<String>())
}

fn render_inlines(inlines: &[Inline]) -> String {
    inlines.iter().map(render_inline).collect()
}

fn render_inline(inline: &Inline) -> String {
    match inline {
        Inline::Text(text) => escape(text),
        Inline::Code(text) => format!("<code>{}</code>", escape(text)),
        Inline::Math(text) => format!("<math>{}</math>", escape(text)),
        Inline::Strong(content) => format!("<strong>{}</strong>", render_inlines(content)),
        Inline::Emphasis(content) => format!("<em>{}</em>", render_inlines(content)),
        Inline::Strikethrough(content) => format!("<del>{}</del>", render_inlines(content)),
        Inline::Link { href, content } => {
            format!("<a href=\"{}\">{}</a>", escape(&percent_encode(href)), render_inlines(content))
        }
        Inline::HardBreak => "<br />\n".to_owned(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Percent-encodes an address as the examples have it. The page leaves this to the browser.
fn percent_encode(address: &str) -> String {
    let mut encoded = String::new();
    for byte in address.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.+!*'(),%#@?=;:/&$~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
