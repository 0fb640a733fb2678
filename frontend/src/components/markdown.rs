//! Draws Markdown trees as DOM nodes. No HTML is made from text, nothing is loaded, and links do not send a referrer.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use markdown::{Block, Inline};
use shared::mention::{self, Mentionable};
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::icon::{COPY, Icon};
use crate::browser::clipboard;
use crate::browser::parts;
use crate::components::views::views;
use crate::i18n::text;
use crate::state::room_context::Mentioned;

/// How long a copy button shows that it copied.
const COPIED_MS: u32 = 2_000;

/// The names to highlight. Answers of bots mention nobody, so for them there are none.
pub(crate) type Names = [Mentionable<Mentioned>];

/// A block. Drawn again with another text, it keeps the nodes that have not changed.
pub(crate) fn block_view(block: &Block, names: &Names) -> AnyView {
    match block {
        Block::Paragraph(content) => view! { <p>{inlines(content, names)}</p> }.into_any(),
        Block::Heading { level, content } => heading(*level, inlines(content, names)),
        Block::CodeBlock { language, text } => {
            view! { <CodeBlock language=language.clone() code=text.clone() /> }.into_any()
        }
        Block::Quote(content) => view! { <blockquote>{blocks(content, names)}</blockquote> }.into_any(),
        Block::List { start, items } => list(*start, items, names),
        Block::Table { head, rows } => table(head, rows, names),
        Block::Rule => view! { <hr /> }.into_any(),
    }
}

/// A whole text of a bot.
pub(crate) fn text_view(words: &str) -> Vec<AnyView> {
    blocks(&markdown::parse(words), &[])
}

fn blocks(blocks: &[Block], names: &Names) -> Vec<AnyView> {
    blocks.iter().map(|block| block_view(block, names)).collect()
}

/// A heading, one level below the room's own. From the third level on all are the same.
fn heading(level: u8, content: Vec<AnyView>) -> AnyView {
    match level {
        1 => view! { <h2 class="heading">{content}</h2> }.into_any(),
        2 => view! { <h3 class="heading">{content}</h3> }.into_any(),
        _ => view! { <h4 class="heading">{content}</h4> }.into_any(),
    }
}

fn inlines(content: &[Inline], names: &Names) -> Vec<AnyView> {
    content.iter().map(|inline| inline_view(inline, names)).collect()
}

fn inline_view(inline: &Inline, names: &Names) -> AnyView {
    match inline {
        Inline::Text(text) if names.is_empty() => text.clone().into_any(),
        Inline::Text(text) => with_mentions(text, names).into_any(),
        Inline::Code(code) => view! { <code>{code.clone()}</code> }.into_any(),
        Inline::Math(source) => {
            parts::typeset_formulas();
            view! { <code class="math">{source.clone()}</code> }.into_any()
        }
        Inline::Strong(content) => view! { <strong>{inlines(content, names)}</strong> }.into_any(),
        Inline::Emphasis(content) => view! { <em>{inlines(content, names)}</em> }.into_any(),
        Inline::Strikethrough(content) => view! { <s>{inlines(content, names)}</s> }.into_any(),
        Inline::Link { href, content } => {
            // A link whose text is not its address says where it leads.
            let is_bare = matches!(content.as_slice(), [Inline::Text(text)] if text == href);
            let host = host(href).filter(|_| !is_bare).map(|host| format!(" ({host})"));
            view! {
                <a href=href.clone() target="_blank" rel="nofollow noopener noreferrer ugc">
                    {inlines(content, names)}
                </a>
                <span class="host">{host}</span>
            }
            .into_any()
        }
        // `white-space: pre-wrap` shows it as a line break, and it is copied as one.
        Inline::HardBreak => "\n".into_any(),
    }
}

/// The host of an address of the web.
fn host(href: &str) -> Option<&str> {
    let (_, rest) = href.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

/// A text in which mentions are highlighted.
fn with_mentions(text: &str, names: &Names) -> Vec<AnyView> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for call in mention::find_mentions(text, names) {
        let before = text.get(from..call.range.start).unwrap_or_default();
        if !before.is_empty() {
            pieces.push(before.to_owned().into_any());
        }
        let class = match call.target {
            Mentioned::Bot | Mentioned::Person => "highlight",
            Mentioned::Reader => "highlight me",
        };
        let name = text.get(call.range.clone()).unwrap_or_default().to_owned();
        pieces.push(view! { <span class=class>{name}</span> }.into_any());
        from = call.range.end;
    }
    let rest = text.get(from..).unwrap_or_default();
    if !rest.is_empty() {
        pieces.push(rest.to_owned().into_any());
    }
    pieces
}

fn list(start: Option<u64>, items: &[Vec<Block>], names: &Names) -> AnyView {
    let items = views(items.iter().map(|item| view! { <li>{blocks(item, names)}</li> }));
    match start {
        Some(start) => view! { <ol start=start.to_string()>{items}</ol> }.into_any(),
        None => view! { <ul>{items}</ul> }.into_any(),
    }
}

fn table(head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], names: &Names) -> AnyView {
    let head = views(head.iter().map(|cell| view! { <th scope="col">{inlines(cell, names)}</th> }));
    let rows = rows.iter().map(|cells| {
        let cells = views(cells.iter().map(|cell| view! { <td>{inlines(cell, names)}</td> }));
        view! { <tr>{cells}</tr> }
    });
    view! {
        // A table wider than the screen scrolls by itself; `tabindex` lets the keyboard scroll it.
        <div class="table" tabindex="0">
            <table>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{views(rows)}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn CodeBlock(language: Option<String>, code: String) -> impl IntoView {
    if language.is_some() {
        parts::color_code();
    }
    let copied = code.clone();
    let copy = move |event: MouseEvent| {
        let button = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(button) = button {
            spawn_local(copy_code(button, copied.clone()));
        }
    };
    view! {
        // The style sheet draws the language from the attribute, so that the block's text is only the code.
        <div class="code" data-language=language>
            <pre tabindex="0" dir="ltr">
                <code>{code}</code>
            </pre>
            <button type="button" class="quiet small" aria-label=text().copy_code on:click=copy>
                <Icon path=COPY />
            </button>
        </div>
    }
}

/// Copies the code. If the page may not use the clipboard, selects it for the reader to copy. The button is changed by
/// hand because the block may be drawn again while the answer streams.
async fn copy_code(button: Element, code: String) {
    if clipboard::copy(&code).await {
        let _ = button.set_attribute("aria-label", text().copied);
        let _ = button.set_attribute("data-done", "");
        TimeoutFuture::new(COPIED_MS).await;
        let _ = button.set_attribute("aria-label", text().copy_code);
        let _ = button.remove_attribute("data-done");
        return;
    }
    let block = button.closest(".code").ok().flatten();
    if let Some(code) = block.and_then(|block| block.query_selector("code").ok().flatten()) {
        clipboard::select(&code);
    }
}
