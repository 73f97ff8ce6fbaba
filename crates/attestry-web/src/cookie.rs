//! The two cookies: the session, and the secret of a form shown before there is a session.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Who is signed in.
    Session,
    /// What a sign-in form must send back.
    Form,
}

impl Cookie {
    /// Its name. The prefix that binds it to this host needs https; plain http serves loopback only.
    pub(crate) const fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-attestry",
            (Self::Session, false) => "attestry",
            (Self::Form, true) => "__Host-attestry-form",
            (Self::Form, false) => "attestry-form",
        }
    }

    /// Its value in a request.
    pub(crate) fn read(self, headers: &HeaderMap, https: bool) -> Option<String> {
        let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name(https)).map(|(_, value)| value.to_owned())
    }

    /// The header that sets it for so many seconds; 0 removes it.
    pub(crate) fn set(self, value: &str, seconds: i64, https: bool) -> String {
        let secure = if https { "; Secure" } else { "" };
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", self.name(https))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "xattestry=1; attestry-form=2; attestry=3".parse().unwrap());
        assert_eq!(Cookie::Session.read(&headers, false).as_deref(), Some("3"));
        assert_eq!(Cookie::Form.read(&headers, false).as_deref(), Some("2"));
        assert_eq!(Cookie::Session.read(&headers, true), None);
    }

    #[test]
    fn over_https_a_cookie_is_bound_to_the_host() {
        let set = Cookie::Session.set("t", 60, true);
        assert_eq!(set, "__Host-attestry=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
    }
}
