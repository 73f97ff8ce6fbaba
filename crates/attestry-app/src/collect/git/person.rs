//! People as commits name them.

use sha2::{Digest as _, Sha256};

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) mail: String,
}

impl Person {
    pub(super) fn new(name: &[u8], mail: &[u8]) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        Self { name: text(name), mail: text(mail) }
    }

    /// Reads `Name <mail>`, whatever follows; `None` without an address.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('<')?;
        let (mail, _) = rest.split_once('>')?;
        let person = Self::new(name.trim().trim_matches('"').as_bytes(), mail.as_bytes());
        (!person.mail.is_empty()).then_some(person)
    }

    /// Opaque: the first 16 hexadecimal digits of the SHA-256 of the lower-cased address; of the name when there
    /// is no address.
    pub(super) fn key(&self) -> String {
        let text = if self.mail.is_empty() { &self.name } else { &self.mail };
        let mut key = hex::encode(Sha256::digest(text.to_lowercase().as_bytes()));
        key.truncate(16);
        key
    }

    /// As people read it.
    pub(super) fn shown(&self) -> String {
        match (self.name.is_empty(), self.mail.is_empty()) {
            (false, false) => format!("{} <{}>", self.name, self.mail),
            (true, _) => self.mail.clone(),
            (false, true) => self.name.clone(),
        }
    }

    /// Whether both are taken for one person: the same address, or the same name.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same = |one: &str, other: &str| !one.is_empty() && one.to_lowercase() == other.to_lowercase();
        same(&self.mail, &other.mail) || same(&self.name, &other.name)
    }

    /// Whether this is a program that commits for people, as far as its name or address says so.
    pub(super) fn is_service(&self) -> bool {
        let is_word = |word: &str| ["bot", "robot", "noreply"].contains(&word);
        let name = self.name.to_lowercase();
        let mail = self.mail.to_lowercase();
        let account = mail.split('@').next().unwrap_or_default();
        let words = name.split(|c: char| !c.is_alphanumeric());
        words.chain(account.split(|c: char| !c.is_alphanumeric())).any(is_word)
    }
}
