//! The embedded fonts, read once.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// Every font a template can use.
pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::embedded);

/// Fonts and the book in which the compiler looks them up, in the same order.
pub(crate) struct Fonts {
    /// What is known of each font, by the index it has in `fonts`.
    pub(crate) book: LazyHash<FontBook>,
    /// The fonts themselves.
    pub(crate) fonts: Vec<Font>,
}

impl Fonts {
    fn embedded() -> Self {
        let fonts: Vec<Font> = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect();
        Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_and_monospace_families_are_embedded() {
        assert!(FONTS.book.contains_family("libertinus serif"));
        assert!(FONTS.book.contains_family("dejavu sans mono"));
        assert_eq!(FONTS.fonts.len(), typst_assets::fonts().count());
    }
}
