//! Trees of Markdown as nodes of the page: no HTML is ever made from text, nothing is loaded, links say nothing about
//! where the reader came from.

use crate::shell::later::later;
use leptos::prelude::*;
use markdown::{Block, Inline};
use shared::mention::{self, Mentionable};
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::element::view;
use super::icon::{COPY, icon};
use super::yard::Called;
use crate::shell::clipboard;
use crate::text::text;

/// What words are read with: the names that they may call. An answer calls nobody.
pub(crate) type Names = [Mentionable<Called>];

/// Blocks, one after the other.
pub(crate) fn blocks(blocks: &[Block], names: &Names) -> Vec<AnyView> {
    blocks.iter().map(|each| block(each, names)).collect()
}

/// A block. When it is shown again with other words, its nodes stay as far as they can.
pub(crate) fn block(block: &Block, names: &Names) -> AnyView {
    match block {
        Block::Paragraph(content) => view! { <p>{inlines(content, names)}</p> }.into_any(),
        Block::Heading { level, content } => heading(*level, inlines(content, names)),
        Block::CodeBlock { language, text } => code(language.clone(), text.clone()).into_any(),
        Block::Quote(content) => view! { <blockquote>{blocks(content, names)}</blockquote> }.into_any(),
        Block::List { start, items } => list(*start, items, names),
        Block::Table { head, rows } => table(head, rows, names).into_any(),
        Block::Rule => view! { <hr /> }.into_any(),
    }
}

/// A heading, one level below the room's own. From the third on they look and count alike.
fn heading(level: u8, content: Vec<AnyView>) -> AnyView {
    match level {
        1 => view! { <h2 class="heading">{content}</h2> }.into_any(),
        2 => view! { <h3 class="heading">{content}</h3> }.into_any(),
        _ => view! { <h4 class="heading">{content}</h4> }.into_any(),
    }
}

/// Pieces of a line.
pub(crate) fn inlines(content: &[Inline], names: &Names) -> Vec<AnyView> {
    content.iter().map(|each| inline(each, names)).collect()
}

fn inline(inline: &Inline, names: &Names) -> AnyView {
    match inline {
        Inline::Text(text) if names.is_empty() => text.clone().into_any(),
        Inline::Text(text) => with_calls(text, names).into_any(),
        Inline::Code(code) => view! { <code>{code.clone()}</code> }.into_any(),
        Inline::Math(formula) => view! { <code class="math">{formula.clone()}</code> }.into_any(),
        Inline::Strong(content) => view! { <strong>{inlines(content, names)}</strong> }.into_any(),
        Inline::Emphasis(content) => view! { <em>{inlines(content, names)}</em> }.into_any(),
        Inline::Strikethrough(content) => view! { <s>{inlines(content, names)}</s> }.into_any(),
        Inline::Link { href, content } => view! {
            <a href=href.clone() target="_blank" rel="nofollow noopener noreferrer ugc">
                {inlines(content, names)}
            </a>
        }
        .into_any(),
        // A line feed in text that keeps its line feeds: it is copied and read as one.
        Inline::HardBreak => "\n".into_any(),
    }
}

/// Words in which the names that are called stand out.
fn with_calls(words: &str, names: &Names) -> Vec<AnyView> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for call in mention::find_mentions(words, names) {
        let before = words.get(from..call.range.start).unwrap_or_default();
        if !before.is_empty() {
            pieces.push(before.to_owned().into_any());
        }
        let class = match call.target {
            Called::Bot => "call",
            Called::Me => "call me",
        };
        let name = words.get(call.range.clone()).unwrap_or_default().to_owned();
        pieces.push(view! { <span class=class>{name}</span> }.into_any());
        from = call.range.end;
    }
    let rest = words.get(from..).unwrap_or_default();
    if !rest.is_empty() {
        pieces.push(rest.to_owned().into_any());
    }
    pieces
}

fn list(start: Option<u64>, items: &[Vec<Block>], names: &Names) -> AnyView {
    let items: Vec<_> = items.iter().map(|item| view! { <li>{blocks(item, names)}</li> }).collect();
    match start {
        Some(start) => view! { <ol start=start.to_string()>{items}</ol> }.into_any(),
        None => view! { <ul>{items}</ul> }.into_any(),
    }
}

fn table(head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], names: &Names) -> impl IntoView + use<> {
    let head: Vec<_> =
        head.iter().map(|cell| view! { <th scope="col">{inlines(cell, names)}</th> }).collect();
    let row = |cells: &Vec<Vec<Inline>>| {
        let cells: Vec<_> = cells.iter().map(|cell| view! { <td>{inlines(cell, names)}</td> }).collect();
        view! { <tr>{cells}</tr> }
    };
    let rows: Vec<_> = rows.iter().map(row).collect();
    view! {
        // Wider than the screen it scrolls by itself, by keys as well.
        <div class="table" tabindex="0">
            <table>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn code(language: Option<String>, code: String) -> impl IntoView {
    let copied = code.clone();
    let copy = move |event: MouseEvent| {
        let button = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(button) = button {
            copy_code(button, copied.clone());
        }
    };
    view! {
        // The label is drawn by the style sheet, so that the block's text is the code and nothing else.
        <div class="code" data-language=language>
            <pre tabindex="0" dir="ltr">
                <code>{code}</code>
            </pre>
            <button type="button" class="quiet small" aria-label=text().copy_code on:click=copy>
                {icon(COPY)}
            </button>
        </div>
    }
}

/// Copies, or where the browser does not let the page do so, selects the code for the person to copy.
fn copy_code(button: Element, code: String) {
    later(async move {
        if clipboard::copy(&code).await {
            let _ = button.set_attribute("aria-label", text().copied);
            let _ = button.set_attribute("data-done", "");
            set_timeout(
                move || {
                    let _ = button.set_attribute("aria-label", text().copy_code);
                    let _ = button.remove_attribute("data-done");
                },
                std::time::Duration::from_secs(2),
            );
        } else if let Ok(Some(code)) = button
            .closest(".code")
            .map(|block| block.and_then(|block| block.query_selector("code").ok().flatten()))
        {
            clipboard::select(&code);
        }
    });
}
