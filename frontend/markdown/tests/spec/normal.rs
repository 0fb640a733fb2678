//! HTML in a normal form, in which only differences count that a reader of the page could see.
//!
//! Three things are the same in this form: white space between blocks; a soft and a hard line break, since the crate makes a
//! line break of both; and a tight and a loose list, since the crate keeps no difference between them.

/// An element or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Element { name: String, attributes: Vec<(String, String)>, children: Vec<Node> },
    Text(String),
}

/// Parses the HTML of an example. HTML with unbalanced tags, which some examples of raw HTML have, comes back as text.
pub(crate) fn parse(html: &str) -> Vec<Node> {
    let mut parser = Parser { rest: html };
    match parser.children() {
        Some(nodes) if parser.rest.is_empty() => normalize(nodes),
        _ => vec![Node::Text(html.to_owned())],
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    /// Parses up to the end tag of the parent or to the end of the text.
    fn children(&mut self) -> Option<Vec<Node>> {
        let mut nodes = Vec::new();
        while !self.rest.is_empty() && !self.rest.starts_with("</") {
            if let Some(tag) = self.rest.strip_prefix('<') {
                let (tag, rest) = tag.split_once('>')?;
                self.rest = rest;
                nodes.push(self.element(tag)?);
            } else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(end);
                self.rest = rest;
                nodes.push(Node::Text(decode(text)));
            }
        }
        Some(nodes)
    }

    fn element(&mut self, tag: &str) -> Option<Node> {
        let is_void = tag.ends_with('/') || tag.starts_with("input");
        let tag = tag.trim_end_matches('/').trim_end();
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while let Some((key, value)) = rest.split_once("=\"") {
            let (value, more) = value.split_once('"')?;
            attributes.push((key.trim().to_owned(), decode(value)));
            rest = more;
        }
        let mut children = Vec::new();
        if !is_void {
            children = self.children()?;
            self.rest = self.rest.strip_prefix("</")?.strip_prefix(name)?.strip_prefix('>')?;
        }
        Some(Node::Element { name: name.to_owned(), attributes, children })
    }
}

/// Brings nodes into the normal form.
pub(crate) fn normalize(nodes: Vec<Node>) -> Vec<Node> {
    let has_blocks = nodes.iter().any(is_block);
    let mut done = Vec::new();
    // The inlines that stand beside blocks, as they do in the items of tight lists.
    let mut inlines = Vec::new();
    for node in nodes {
        if is_block(&node) {
            push_paragraph(&mut done, &mut inlines);
        }
        match node {
            Node::Element { name, .. } if name == "br" => inlines.push(Node::Text("\n".to_owned())),
            Node::Element { name, attributes, children } => {
                let children = if name == "pre" { children } else { normalize(children) };
                let children = if name == "li" && !children.iter().any(is_block) {
                    paragraph(children)
                } else {
                    children
                };
                let is_block = is_block_name(&name);
                let node = Node::Element { name, attributes, children };
                if is_block { done.push(node) } else { inlines.push(node) }
            }
            text @ Node::Text(_) => inlines.push(text),
        }
    }
    if has_blocks {
        push_paragraph(&mut done, &mut inlines);
    } else {
        done = trim(inlines);
    }
    done
}

fn push_paragraph(nodes: &mut Vec<Node>, inlines: &mut Vec<Node>) {
    nodes.extend(paragraph(trim(std::mem::take(inlines))));
}

fn paragraph(children: Vec<Node>) -> Vec<Node> {
    if children.is_empty() {
        return Vec::new();
    }
    vec![Node::Element { name: "p".to_owned(), attributes: Vec::new(), children }]
}

/// Joins texts, and removes white space at both ends and around line breaks.
fn trim(inlines: Vec<Node>) -> Vec<Node> {
    let mut done: Vec<Node> = Vec::new();
    for node in inlines {
        match (node, done.last_mut()) {
            (Node::Text(more), Some(Node::Text(text))) => text.push_str(&more),
            (node, _) => done.push(node),
        }
    }
    for node in &mut done {
        let Node::Text(text) = node else { continue };
        for pattern in [" \n", "\t\n", "\n ", "\n\t", "\n\n"] {
            while text.contains(pattern) {
                *text = text.replace(pattern, "\n");
            }
        }
    }
    if let Some(Node::Text(text)) = done.first_mut() {
        *text = text.trim_start_matches([' ', '\t', '\n']).to_owned();
    }
    if let Some(Node::Text(text)) = done.last_mut() {
        *text = text.trim_end_matches([' ', '\t', '\n']).to_owned();
    }
    done.retain(|node| *node != Node::Text(String::new()));
    done
}

fn is_block(node: &Node) -> bool {
    matches!(node, Node::Element { name, .. } if is_block_name(name))
}

fn is_block_name(name: &str) -> bool {
    let blocks = [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    blocks.contains(&name)
}

fn decode(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
