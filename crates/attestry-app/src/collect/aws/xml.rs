//! The XML that AWS answers in, as a plain tree. No entities but the five and characters, and no documents deeper
//! than AWS's.

use quick_xml::Reader;
use quick_xml::events::Event;

/// How deep elements may lie in each other.
const DEPTH: usize = 32;

/// An element: its name without a prefix, its children and its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
}

impl Element {
    /// The element at a path of names below this one.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |element, name| element.children.iter().find(|child| child.name == *name))
    }

    /// The text at a path, when there is any.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).map(|element| element.text.trim()).filter(|text| !text.is_empty())
    }

    /// The members of a list at a path.
    pub(super) fn members(&self, path: &[&str]) -> impl Iterator<Item = &Self> + use<'_> {
        self.at(path).into_iter().flat_map(|list| &list.children).filter(|child| child.name == "member")
    }
}

/// The root element of a document.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                if open.len() > DEPTH {
                    return Err(format!("elements lie more than {DEPTH} deep"));
                }
                open.push(named(start.local_name().as_ref()));
            }
            Event::Empty(empty) => add(&mut open, named(empty.local_name().as_ref())),
            Event::End(_) => {
                let done = open.pop().unwrap_or_default();
                if open.is_empty() {
                    return Err("an element ends that did not begin".to_owned());
                }
                add(&mut open, done);
            }
            Event::Text(part) => say(&mut open, &part.xml_content(quick_xml::XmlVersion::Explicit1_0)),
            Event::CData(part) => say(&mut open, &part.xml_content(quick_xml::XmlVersion::Explicit1_0)),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| error.to_string())?;
                let said = match (character, reference.as_ref()) {
                    (Some(character), _) => character.to_string(),
                    (None, name) => predefined(name).ok_or("it uses an entity of its own")?.to_owned(),
                };
                say(&mut open, &said);
            }
            Event::DocType(_) => return Err("it declares a document type".to_owned()),
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    let [document] = open.as_mut_slice() else {
        return Err("it ends in the middle".to_owned());
    };
    document.children.pop().ok_or_else(|| "it has no element".to_owned())
}

fn named(name: &str) -> Element {
    Element { name: name.to_owned(), ..Element::default() }
}

fn add(open: &mut [Element], element: Element) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(element);
    }
}

fn say(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn predefined(name: &str) -> Option<&'static str> {
    match name {
        "amp" => Some("&"),
        "lt" => Some("<"),
        "gt" => Some(">"),
        "quot" => Some("\""),
        "apos" => Some("'"),
        _ => None,
    }
}
