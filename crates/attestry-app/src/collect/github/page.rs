//! Lists in pages.

use super::super::http::Response;

/// The address of the next page, where the answer names one.
pub(super) fn next(response: &Response) -> Option<&str> {
    let links = response.header("link")?;
    links.split(',').find_map(|link| {
        let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = |parameter: &str| matches!(parameter.trim(), "rel=\"next\"" | "rel=next");
        parameters.split(';').any(is_next).then_some(address)
    })
}
