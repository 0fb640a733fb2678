//! Every element of the page in one type, and `view!`, which makes them.
//!
//! Leptos has a type for each combination of a tag, its attributes and its children. It compiles all of them one by one,
//! which took most of the page's size. Here an element is a plain description: a tag, a list of attributes, a list of
//! children. Shown again with the same shape, it keeps its node; so do its children.

use std::borrow::Cow;

use leptos::ev::EventDescriptor;
use leptos::html::ElementType;
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::html::node_ref::NodeRefContainer;
use leptos::tachys::renderer::{RemoveEventHandler, Rndr};
use leptos::tachys::view::Mountable;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::iterators::StaticVec;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};

use super::browser_only::browser_only;
use super::dynamic::{Flag, Value};

pub(crate) use markup::view;

/// What the page draws with. Everything else is HTML.
const DRAWN: [&str; 6] = ["svg", "path", "circle", "rect", "ellipse", "polygon"];
const SVG: &str = "http://www.w3.org/2000/svg";

/// An element that is to be shown. In a box, since views hand it on from one to the other.
pub(crate) struct Element(Box<Description>);

struct Description {
    tag: &'static str,
    attributes: Vec<(&'static str, Attribute)>,
    children: Vec<AnyView>,
}

/// What an element is given under a name.
pub(crate) enum Attribute {
    /// The value of an attribute that stays; without one the attribute is not there.
    Fixed(Option<Cow<'static, str>>),
    /// The value of an attribute that changes.
    Watched(Value),
    /// A class that is there or not.
    Class(bool),
    /// A class that comes and goes.
    WatchedClass(Flag),
    /// What is done at an event.
    Listener(SendWrapper<Box<dyn FnMut(JsValue)>>),
    /// Takes the node when it is there.
    Reference(Box<dyn FnOnce(&web_sys::Element) + Send>),
}

/// What an attribute has become.
enum Kept {
    Fixed(Option<Cow<'static, str>>),
    Class(bool),
    Watched(#[expect(dead_code, reason = "it ends when it is dropped")] RenderEffect<()>),
    Listener(
        #[expect(dead_code, reason = "it ends when it is dropped")] RemoveEventHandler<web_sys::Element>,
    ),
    Reference,
}

/// An element on the page.
pub(crate) struct Shown {
    node: web_sys::Element,
    tag: &'static str,
    attributes: Vec<(&'static str, Kept)>,
    children: Vec<AnyViewState>,
}

impl Element {
    #[inline(never)]
    pub(crate) fn new(tag: &'static str) -> Self {
        Self(Box::new(Description { tag, attributes: Vec::new(), children: Vec::new() }))
    }

    /// Gives it an attribute.
    pub(crate) fn set(&mut self, name: &'static str, attribute: impl Into<Attribute>) {
        self.give(name, attribute.into());
    }

    /// Gives it a class that need not be there.
    pub(crate) fn class(&mut self, name: &'static str, class: impl IntoClass) {
        self.give(name, class.into_class());
    }

    /// Does something at an event, as a child of what is being shown now.
    pub(crate) fn on<E>(&mut self, event: E, mut action: impl FnMut(E::EventType) + 'static)
    where
        E: EventDescriptor,
        E::EventType: From<JsValue>,
    {
        let name = match event.name() {
            Cow::Borrowed(name) => name,
            Cow::Owned(_) => return,
        };
        self.listen(name, Box::new(move |event| action(event.into())));
    }

    /// Hands its node over when it is there.
    pub(crate) fn refer<E>(&mut self, reference: NodeRef<E>)
    where
        E: ElementType,
        E::Output: JsCast + 'static,
    {
        self.give("", Attribute::Reference(Box::new(move |node| reference.load(node))));
    }

    /// Puts something into it.
    pub(crate) fn child(&mut self, child: impl IntoAny) {
        self.push(child.into_any());
    }

    fn listen(&mut self, name: &'static str, mut action: Box<dyn FnMut(JsValue)>) {
        let owner = Owner::current().unwrap_or_default();
        let owned = move |event| owner.with(|| action(event));
        self.give(name, Attribute::Listener(SendWrapper::new(Box::new(owned))));
    }

    fn give(&mut self, name: &'static str, attribute: Attribute) {
        self.0.attributes.push((name, attribute));
    }

    fn push(&mut self, child: AnyView) {
        self.0.children.push(child);
    }
}

impl Attribute {
    /// Brings it to a node, which may have it from before.
    fn apply(self, node: &web_sys::Element, name: &'static str, before: Option<Kept>) -> Kept {
        match self {
            Self::Fixed(value) => {
                if !matches!(&before, Some(Kept::Fixed(before)) if *before == value) {
                    write(node, name, value.as_deref());
                }
                Kept::Fixed(value)
            }
            Self::Watched(value) => {
                let node = node.clone();
                let mut shown = None;
                watch(Box::new(move || {
                    let now = value();
                    if shown.as_ref() != Some(&now) {
                        write(&node, name, now.as_deref());
                        shown = Some(now);
                    }
                }))
            }
            Self::Class(is_there) => {
                if !matches!(before, Some(Kept::Class(before)) if before == is_there) {
                    toggle(node, name, is_there);
                }
                Kept::Class(is_there)
            }
            Self::WatchedClass(flag) => {
                let node = node.clone();
                watch(Box::new(move || toggle(&node, name, flag())))
            }
            Self::Listener(action) => {
                // Never both at once.
                drop(before);
                Kept::Listener(Rndr::add_event_listener(node, name, action.take()))
            }
            Self::Reference(take) => {
                take(node);
                Kept::Reference
            }
        }
    }
}

fn watch(mut action: Box<dyn FnMut()>) -> Kept {
    Kept::Watched(RenderEffect::new(move |_| action()))
}

fn write(node: &web_sys::Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => node.set_attribute(name, value),
        None => node.remove_attribute(name),
    };
}

fn toggle(node: &web_sys::Element, class: &str, is_there: bool) {
    let _ = node.class_list().toggle_with_force(class, is_there);
}

/// Views one after the other.
pub(crate) fn side_by_side(views: Vec<AnyView>) -> AnyView {
    StaticVec::from(views).into_any()
}

impl Render for Element {
    type State = Shown;

    fn build(self) -> Shown {
        let Description { tag, attributes, children } = *self.0;
        let namespace = DRAWN.contains(&tag).then_some(SVG);
        let node = Rndr::create_element(tag, namespace);
        let attributes = attributes.into_iter();
        let attributes =
            attributes.map(|(name, attribute)| (name, attribute.apply(&node, name, None))).collect();
        let mut children: Vec<AnyViewState> = children.into_iter().map(Render::build).collect();
        for child in &mut children {
            child.mount(&node, None);
        }
        Shown { node, tag, attributes, children }
    }

    fn rebuild(self, state: &mut Shown) {
        if !state.is_like(&self.0) {
            let mut new = self.build();
            state.insert_before_this(&mut new);
            state.unmount();
            *state = new;
            return;
        }
        for ((name, attribute), (_, kept)) in self.0.attributes.into_iter().zip(&mut state.attributes) {
            let before = std::mem::replace(kept, Kept::Reference);
            *kept = attribute.apply(&state.node, name, Some(before));
        }
        for (child, shown) in self.0.children.into_iter().zip(&mut state.children) {
            child.rebuild(shown);
        }
    }
}

impl Shown {
    /// Whether a description fits the node: the same tag, names and number of children.
    fn is_like(&self, element: &Description) -> bool {
        self.tag == element.tag
            && self.children.len() == element.children.len()
            && self
                .attributes
                .iter()
                .map(|(name, _)| name)
                .eq(element.attributes.iter().map(|(name, _)| name))
    }
}

impl Mountable for Shown {
    fn unmount(&mut self) {
        self.node.remove();
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        Rndr::insert_node(parent, &self.node, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = self.node.parent_element();
        if let Some(parent) = &parent {
            child.mount(parent, Some(&self.node));
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        vec![self.node.clone()]
    }
}

browser_only!(Element);

impl From<&'static str> for Attribute {
    fn from(value: &'static str) -> Self {
        Self::Fixed(Some(Cow::Borrowed(value)))
    }
}

impl From<String> for Attribute {
    fn from(value: String) -> Self {
        Self::Fixed(Some(Cow::Owned(value)))
    }
}

impl From<Option<String>> for Attribute {
    fn from(value: Option<String>) -> Self {
        Self::Fixed(value.map(Cow::Owned))
    }
}

impl From<bool> for Attribute {
    fn from(is_there: bool) -> Self {
        Self::Fixed(is_there.then_some(Cow::Borrowed("")))
    }
}

impl From<Value> for Attribute {
    fn from(value: Value) -> Self {
        Self::Watched(value)
    }
}

impl From<Flag> for Attribute {
    fn from(flag: Flag) -> Self {
        Self::Watched(Box::new(move || flag().then(String::new)))
    }
}

/// What says whether a class is there.
pub(crate) trait IntoClass {
    fn into_class(self) -> Attribute;
}

impl IntoClass for bool {
    fn into_class(self) -> Attribute {
        Attribute::Class(self)
    }
}

impl IntoClass for Flag {
    fn into_class(self) -> Attribute {
        Attribute::WatchedClass(self)
    }
}
