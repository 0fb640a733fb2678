//! What the crate leaves out on purpose wherever it occurs, as changes to the HTML that an example expects.

use crate::normal::{Node, normalize};

/// A rule that was needed to bring an example into the crate's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    Address,
    Title,
    Image,
    Alignment,
}

impl Rule {
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Address => "a link that leads elsewhere than to `http`, `https` or `mailto` is its text",
            Self::Title => "the title of a link is left out",
            Self::Image => "an image is a link to it; its alternative text is the link's text",
            Self::Alignment => "the alignment of a table's columns is left out",
        }
    }
}

/// The expected nodes in the crate's form, and the rules that changed them.
pub(crate) fn reduce(nodes: &[Node]) -> (Vec<Node>, Vec<Rule>) {
    let mut rules = Vec::new();
    let nodes = normalize(reduce_all(nodes, &mut rules));
    rules.sort();
    rules.dedup();
    (nodes, rules)
}

fn reduce_all(nodes: &[Node], rules: &mut Vec<Rule>) -> Vec<Node> {
    nodes.iter().flat_map(|node| reduce_node(node, rules)).collect()
}

fn reduce_node(node: &Node, rules: &mut Vec<Rule>) -> Vec<Node> {
    let Node::Element { name, attributes, children } = node else { return vec![node.clone()] };
    let mut attributes = attributes.clone();
    let mut children = reduce_all(children, rules);
    let mut name = name.as_str();
    let value = |attributes: &[(String, String)], key: &str| {
        attributes.iter().find(|(found, _)| found == key).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut remove = |attributes: &mut Vec<(String, String)>, key: &str, rule: Rule| {
        let before = attributes.len();
        attributes.retain(|(found, _)| found != key);
        if attributes.len() < before {
            rules.push(rule);
        }
    };
    match name {
        "a" => remove(&mut attributes, "title", Rule::Title),
        "th" | "td" => remove(&mut attributes, "align", Rule::Alignment),
        "img" => {
            remove(&mut attributes, "title", Rule::Title);
            let (address, text) = (value(&attributes, "src"), value(&attributes, "alt"));
            name = "a";
            children = vec![Node::Text(if text.is_empty() { address.clone() } else { text })];
            attributes = vec![("href".to_owned(), address)];
            rules.push(Rule::Image);
        }
        _ => {}
    }
    let is_allowed = |address: &str| {
        ["http://", "https://", "mailto:"]
            .iter()
            .any(|scheme| address.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
    };
    if name == "a" && !is_allowed(&value(&attributes, "href")) {
        rules.push(Rule::Address);
        return children;
    }
    vec![Node::Element { name: name.to_owned(), attributes, children }]
}
