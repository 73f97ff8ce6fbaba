//! Audit logs of products, by a table that says where each keeps what.
//!
//! A sign-in goes to stream `login`; what gives or takes access goes to `access_grant` or `access_removal`, what
//! changes the state of an account to `account`; and every event that is no sign-in is a call in `api_activity`, so
//! that who did what can be tested over all of them. What failed changed nothing and is a call only. Events that
//! say what a product was used for, and not how it was administered, are passed over.
//!
//! Identifiers of records begin with the name of the product. Where an event states no identifier, its digest is
//! one, so that the same event twice is one record. Where a product names the holder of an access by its own
//! identifier only, `person_key` is made from that, and matches other streams through `account` alone.
//!
//! A new product is one more [`Product`] in a file below; its rules name only events whose meaning its maker
//! documents.

use serde_json::Value;

use super::{Out, okta};

mod business;
mod cloud;
mod event;
mod files;
mod held;
mod identity;
mod microsoft;
mod model;
mod table;
pub(crate) mod value;
mod work;
mod workspace;

pub(crate) use event::read;
pub(crate) use table::{
    ACCESS, ACCOUNT, Access, Account, Actor, END, Gives, LOGIN, Login, PRODUCT, Product, Rule, USE, rule,
};

use value::{find, meets_all};

/// The tables of products, by what they are for.
const ALL: [&[Product]; 8] = [
    cloud::PRODUCTS,
    microsoft::PRODUCTS,
    workspace::PRODUCTS,
    identity::PRODUCTS,
    work::PRODUCTS,
    files::PRODUCTS,
    business::PRODUCTS,
    model::PRODUCTS,
];

/// Members under which an interface answers with a list of events.
const LISTS: &str = "value|items|entries|data|records|events|authlogs";

/// Whether an item is an event, or a list of events, of a product whose audit log is read here.
pub fn recognises(item: &Value) -> bool {
    known(item).is_some() || first(item, LISTS).is_some_and(|event| known(event).is_some())
}

/// The names of the products whose audit logs are read here.
pub fn products() -> impl Iterator<Item = &'static str> {
    ALL.into_iter().flatten().map(|product| product.system)
}

/// The name of the product an item is an event of.
pub fn product(item: &Value) -> Option<&'static str> {
    known(item).map(|product| product.system)
}

/// Reads an event of any of the products, or of Okta: exports of a log store mix them. The events of a list that an
/// interface answered with are items of their own.
pub fn item(item: &Value, out: &mut Out) {
    match known(item) {
        None if recognises(item) => each(item, LISTS, out, one),
        _ => one(item, out),
    }
}

fn one(item: &Value, out: &mut Out) {
    match known(item) {
        Some(product) => read(product, item, out),
        None if okta::recognises(item) => okta::item(item, out),
        None => out.pass("other", "is no event of a product whose audit log is known here"),
    }
}

fn known(item: &Value) -> Option<&'static Product> {
    ALL.into_iter().flatten().find(|product| marked(product, item))
}

/// Whether an item is an event of a product.
pub(crate) fn marked(product: &Product, item: &Value) -> bool {
    product.marks.iter().any(|marks| meets_all(item, marks))
}

/// The first event of a list of events under one of these paths.
pub(crate) fn first<'v>(item: &'v Value, lists: &str) -> Option<&'v Value> {
    listed(item, lists).first()
}

/// Reads every event of a list of events under one of these paths; the item that was begun is the first of them.
pub(crate) fn each(item: &Value, lists: &str, out: &mut Out, read: fn(&Value, &mut Out)) {
    for (nth, event) in listed(item, lists).iter().enumerate() {
        if nth > 0 {
            out.begin();
        }
        read(event, out);
    }
}

fn listed<'v>(item: &'v Value, lists: &str) -> &'v [Value] {
    let list = lists.split('|').find_map(|path| find(item, path)?.as_array());
    list.map_or(&[][..], Vec::as_slice)
}

#[cfg(test)]
pub(crate) mod tests;
