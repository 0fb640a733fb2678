//! `view!` in the syntax of Leptos, for a page that is small.
//!
//! Leptos gives every element, attribute and listener a type of its own, and each is compiled with all that can be done
//! with it. This macro makes every element of the page a value of one type, `crate::view::element::Element`.
//! Components are left to Leptos.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeBlock, NodeElement};
use syn::Stmt;
use syn::spanned::Spanned;

type Element = NodeElement<rstml::Infallible>;

/// Elements, components, blocks and texts; several of them stand side by side.
#[proc_macro]
pub fn view(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match rstml::parse2(input.into()).and_then(|nodes| all(&nodes)) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

fn all(nodes: &[Node]) -> syn::Result<TokenStream> {
    if let [node] = nodes {
        return one(node);
    }
    let nodes = nodes.iter().map(one).collect::<syn::Result<Vec<_>>>()?;
    Ok(
        quote! { crate::view::element::side_by_side(::std::vec![#(::leptos::prelude::IntoAny::into_any(#nodes)),*]) },
    )
}

fn one(node: &Node) -> syn::Result<TokenStream> {
    match node {
        Node::Element(element) if is_component(element) => {
            Ok(quote! { ::leptos::prelude::view! { #element }.into_inner() })
        }
        Node::Element(element) => built(element),
        Node::Text(text) => Ok(quote! { #text }),
        Node::Block(NodeBlock::ValidBlock(block)) => Ok(match block.stmts.as_slice() {
            [Stmt::Expr(expression, None)] => quote! { #expression },
            _ => quote! { #block },
        }),
        other => Err(syn::Error::new(other.span(), "elements, components, blocks and texts only")),
    }
}

fn is_component(element: &Element) -> bool {
    element.name().to_string().starts_with(char::is_uppercase)
}

fn built(element: &Element) -> syn::Result<TokenStream> {
    let tag = element.name().to_string();
    let made = Ident::new("element", Span::mixed_site());
    let attributes = element.attributes().iter().map(|attribute| match attribute {
        NodeAttribute::Attribute(attribute) => given(&made, attribute),
        NodeAttribute::Block(block) => Err(syn::Error::new(block.span(), "an attribute needs a name")),
    });
    let attributes = attributes.collect::<syn::Result<Vec<_>>>()?;
    let children = element.children.iter().map(one).collect::<syn::Result<Vec<_>>>()?;
    Ok(quote! {
        {
            let mut #made = crate::view::element::Element::new(#tag);
            #(#attributes)*
            #(#made.child(#children);)*
            #made
        }
    })
}

fn given(made: &Ident, attribute: &KeyedAttribute) -> syn::Result<TokenStream> {
    let name = attribute.key.to_string();
    let Some(value) = attribute.value() else {
        return Err(syn::Error::new(attribute.span(), "an attribute needs a value"));
    };
    let span = value.span();
    Ok(if let Some(event) = name.strip_prefix("on:") {
        let event = format_ident!("{event}", span = attribute.key.span());
        quote_spanned! { span => #made.on(::leptos::ev::#event, #value); }
    } else if let Some(class) = name.strip_prefix("class:") {
        quote_spanned! { span => #made.class(#class, #value); }
    } else if name == "node_ref" {
        quote_spanned! { span => #made.refer(#value); }
    } else {
        quote_spanned! { span => #made.set(#name, #value); }
    })
}
