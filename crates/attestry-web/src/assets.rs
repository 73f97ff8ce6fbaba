//! Style, script and icon, under addresses that hold their content's digest and so never change.

use std::sync::LazyLock;

use attestry_domain::id::Digest;

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// Its address.
    pub href: String,
    /// Media type.
    pub media_type: &'static str,
    /// Contents.
    pub body: &'static str,
}

/// The style of every page.
pub static STYLE: LazyLock<Asset> =
    LazyLock::new(|| asset("style", "css", "text/css; charset=utf-8", include_str!("../assets/style.css")));
/// Sorts and filters tables.
pub static ROWS: LazyLock<Asset> = LazyLock::new(|| {
    asset("rows", "js", "text/javascript; charset=utf-8", include_str!("../assets/rows.js"))
});
/// The mark in the browser's tab.
pub static ICON: LazyLock<Asset> =
    LazyLock::new(|| asset("icon", "svg", "image/svg+xml", include_str!("../assets/icon.svg")));

/// All of them.
pub fn all() -> [&'static Asset; 3] {
    [&STYLE, &ROWS, &ICON]
}

fn asset(name: &str, extension: &str, media_type: &'static str, body: &'static str) -> Asset {
    let digest = Digest::of(body.as_bytes()).short();
    Asset { href: format!("/assets/{name}.{digest}.{extension}"), media_type, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_keep_within_their_weight() {
        assert!(STYLE.body.len() < 20_000, "style has {} bytes", STYLE.body.len());
        assert!(ROWS.body.len() < 15_000, "script has {} bytes", ROWS.body.len());
    }

    #[test]
    fn nothing_loads_from_elsewhere() {
        for asset in all() {
            assert!(!asset.body.contains("@import") && !asset.body.contains("url("), "{}", asset.href);
        }
    }
}
