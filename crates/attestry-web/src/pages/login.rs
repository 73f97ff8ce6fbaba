//! Signing in: by password, or the first time by a one-time link.

use askama::Template;

/// Asks for address and password.
#[derive(Debug, Clone, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// The organisation.
    pub organisation: String,
    /// The token that the form sends back.
    pub csrf: String,
    /// The address as it was typed.
    pub email: String,
    /// Why it did not work.
    pub error: Option<String>,
    /// The page that was asked for.
    pub next: Option<String>,
}

/// Asks the holder of a one-time link for a password.
#[derive(Debug, Clone, Template)]
#[template(path = "welcome.html")]
pub struct WelcomePage {
    /// The organisation.
    pub organisation: String,
    /// The link's secret.
    pub token: String,
    /// The token that the form sends back.
    pub csrf: String,
    /// Whose link it is.
    pub email: String,
    /// Why it did not work.
    pub error: Option<String>,
}
