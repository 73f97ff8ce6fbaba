//! Walks one JSON object and hands out the values that somebody asked for, without building the rest.

use std::collections::HashMap;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::cell::Cell;

/// Names and dotted paths that are looked for, each with the number of the source it is.
pub(super) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    children: HashMap<String, usize>,
    source: Option<usize>,
}

/// Who wants the values.
pub(super) trait Sink {
    /// The value of a source.
    fn offer(&mut self, source: usize, cell: Cell<'_>);
    /// A member of the outermost object that nobody asked for.
    fn unknown(&mut self, name: &str);
}

impl Tree {
    /// A tree of these paths. A name with a dot in it is also found as it stands.
    pub(super) fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut tree = Self { nodes: vec![Node::default()] };
        for (source, path) in paths.enumerate() {
            tree.add(path.split('.'), source);
            if path.contains('.') {
                tree.add(std::iter::once(path), source);
            }
        }
        tree
    }

    fn add<'a>(&mut self, parts: impl Iterator<Item = &'a str>, source: usize) {
        let mut at = 0;
        for part in parts {
            let next = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            at = *node.children.entry(part.to_owned()).or_insert(next);
            if at == next {
                self.nodes.push(Node::default());
            }
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.source = Some(source);
        }
    }

    /// Walks the object in a text.
    ///
    /// # Errors
    /// When the text is not exactly one JSON object.
    pub(super) fn walk(&self, text: &str, sink: &mut impl Sink) -> Result<(), serde_json::Error> {
        let root = self.nodes.first().ok_or_else(|| serde_json::Error::custom("no columns"))?;
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_map(Object { tree: self, node: root, is_root: true, sink })?;
        json.end()
    }
}

struct Object<'a, S> {
    tree: &'a Tree,
    node: &'a Node,
    is_root: bool,
    sink: &'a mut S,
}

impl<'de, S: Sink> Visitor<'de> for Object<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(child) = map.next_key_seed(Name(&mut *self.sink, self.node, self.is_root))? {
            match child.and_then(|at| self.tree.nodes.get(at)) {
                Some(node) => map.next_value_seed(Member { tree: self.tree, node, sink: &mut *self.sink })?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Reads a member's name as the number of its node.
struct Name<'a, S>(&'a mut S, &'a Node, bool);

impl<'de, S: Sink> DeserializeSeed<'de> for Name<'_, S> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<S: Sink> Visitor<'_> for Name<'_, S> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let child = self.1.children.get(name).copied();
        if child.is_none() && self.2 {
            self.0.unknown(name);
        }
        Ok(child)
    }
}

/// Reads a member's value.
struct Member<'a, S> {
    tree: &'a Tree,
    node: &'a Node,
    sink: &'a mut S,
}

impl<S: Sink> Member<'_, S> {
    fn offer<E>(self, cell: Cell<'_>) -> Result<(), E> {
        if let Some(source) = self.node.source {
            self.sink.offer(source, cell);
        }
        Ok(())
    }
}

impl<'de, S: Sink> DeserializeSeed<'de> for Member<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Member<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.offer(Cell::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<(), E> {
        self.offer(Cell::Boolean(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.offer(Cell::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.offer(i64::try_from(number).map_or(Cell::Unsigned(number), Cell::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.offer(Cell::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.offer(Cell::Text(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if !self.node.children.is_empty() {
            return Object { tree: self.tree, node: self.node, is_root: false, sink: self.sink }
                .visit_map(map);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.offer(Cell::Nested)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.offer(Cell::Nested)
    }
}

/// The rule that a text breaks when it is no JSON object; columns count from 1 and in bytes.
pub(super) fn rule(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Eof => "ends in the middle of a JSON object".to_owned(),
        serde_json::error::Category::Data => "is no JSON object".to_owned(),
        _ => format!("is no valid JSON at column {}", error.column().max(1)),
    }
}
