//! Signing in: by password, or the first time by a one-time link.

use askama::Template;
use attestry_app::AppError;
use attestry_app::account::{LONGEST_PASSWORD, SHORTEST_PASSWORD, SignedIn};
use attestry_domain::id::Digest;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::WebState;
use crate::context::Reader;
use crate::cookie::Cookie;
use crate::problem::Problem;
use crate::router::page;

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

/// What the sign-in form sends.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    csrf: String,
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// What the form for a first password sends.
#[derive(Deserialize)]
pub(crate) struct NewPassword {
    csrf: String,
    password: String,
    again: String,
}

/// What a form of a session sends.
#[derive(Deserialize)]
pub(crate) struct Signed {
    csrf: String,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    next: Option<String>,
}

/// Asks for address and password.
pub(crate) async fn ask(State(state): State<WebState>, uri: Uri) -> Result<Response, Problem> {
    let next = Query::<Wanted>::try_from_uri(&uri).ok().and_then(|Query(wanted)| wanted.next);
    sign_in_page(&state, String::new(), next, None)
}

/// Signs in by address and password.
pub(crate) async fn sign_in(
    State(state): State<WebState>,
    headers: HeaderMap,
    form: Result<Form<Credentials>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(form) = form.map_err(|error| Problem::Asked(error.body_text()))?;
    refuse_forged(&state, &headers, &form.csrf)?;
    let app = state.workspace.app();
    if !state.attempts.may_try(&form.email, app.world.now()) {
        return Err(Problem::TooMany);
    }
    let _turn = state.checks.acquire().await.map_err(|_| AppError::Stopping)?;
    // Others of the same address may have failed while this one waited for its turn.
    if !state.attempts.may_try(&form.email, app.world.now()) {
        return Err(Problem::TooMany);
    }
    match app.sign_in(&form.email, &form.password).await?.filter(|one| one.workspace == state.workspace.id())
    {
        Some(signed) => {
            state.attempts.forget(&form.email);
            Ok(begun(&state, &signed, &form.next))
        }
        None => {
            state.attempts.record_failure(&form.email, app.world.now());
            let error = "This address and password do not belong together. Try again, or ask an owner for a one-time link.";
            let mut page = sign_in_page(&state, form.email, Some(form.next), Some(error.to_owned()))?;
            *page.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(page)
        }
    }
}

/// Asks the holder of a one-time link for a password; the link stays whole, for programs follow links too.
pub(crate) async fn welcome(
    State(state): State<WebState>,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    if state.workspace.app().link_holder(&token).await?.is_none() {
        return Err(used_up());
    }
    welcome_page(&state, token, None).await
}

/// Uses a one-time link up and sets the password.
pub(crate) async fn set_password(
    State(state): State<WebState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    form: Result<Form<NewPassword>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(form) = form.map_err(|error| Problem::Asked(error.body_text()))?;
    refuse_forged(&state, &headers, &form.csrf)?;
    if let Some(error) = fault(&form) {
        let mut page = welcome_page(&state, token, Some(error)).await?;
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page);
    }
    let app = state.workspace.app();
    let _turn = state.checks.acquire().await.map_err(|_| AppError::Stopping)?;
    let link =
        app.redeem(&token).await?.filter(|one| one.workspace == state.workspace.id()).ok_or_else(used_up)?;
    let session = app.session(&link.token).await?.ok_or_else(used_up)?;
    let signed = app.set_password(&link.token, &session, &form.password).await?;
    Ok(begun(&state, &signed, "/"))
}

/// Ends the session.
pub(crate) async fn sign_out(
    reader: Reader,
    form: Result<Form<Signed>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(form) = form.map_err(|_| Problem::Forged)?;
    if !same(&form.csrf, &reader.csrf) {
        return Err(Problem::Forged);
    }
    reader.state.workspace.app().sign_out(&reader.token).await?;
    let gone = Cookie::Session.set("", 0, reader.state.https);
    Ok(([(SET_COOKIE, gone)], Redirect::to("/login")).into_response())
}

fn sign_in_page(
    state: &WebState,
    email: String,
    next: Option<String>,
    error: Option<String>,
) -> Result<Response, Problem> {
    let (csrf, organisation) = (form_secret(state), organisation(state));
    let next = next.filter(|next| is_ours(next));
    with_secret(state, &csrf.clone(), page(&LoginPage { organisation, csrf, email, error, next })?)
}

async fn welcome_page(state: &WebState, token: String, error: Option<String>) -> Result<Response, Problem> {
    let holder = state.workspace.app().link_holder(&token).await?.ok_or_else(used_up)?;
    let programme = state.workspace.newest().programme;
    let described = programme.people.get(&holder).and_then(|person| person.described.as_ref());
    let email = described.map(|described| described.email.clone()).unwrap_or_default();
    let (csrf, organisation) = (form_secret(state), organisation(state));
    with_secret(state, &csrf.clone(), page(&WelcomePage { organisation, token, csrf, email, error })?)
}

fn used_up() -> Problem {
    let what = "this one-time link was used or is too old; sign in with your password, or ask an owner for a new link";
    Problem::NotFound { what: what.to_owned(), nearest: Vec::new() }
}

fn fault(form: &NewPassword) -> Option<String> {
    let length = form.password.chars().count();
    match () {
        () if length < SHORTEST_PASSWORD => {
            Some(format!("The password has {length} characters; it needs at least {SHORTEST_PASSWORD}."))
        }
        () if form.password.len() > LONGEST_PASSWORD => Some("The password is too long.".to_owned()),
        () if form.password != form.again => {
            Some("The two passwords differ. Type the same twice.".to_owned())
        }
        () => None,
    }
}

fn organisation(state: &WebState) -> String {
    let programme = state.workspace.newest().programme;
    programme.workspace.as_ref().map(|workspace| workspace.name.clone()).unwrap_or_default()
}

/// Sets the session and removes the form's secret.
fn begun(state: &WebState, signed: &SignedIn, next: &str) -> Response {
    let seconds = (signed.expires_at.micros() - state.workspace.app().world.now().micros()) / 1_000_000;
    let session = Cookie::Session.set(&signed.token, seconds.max(0), state.https);
    let form = Cookie::Form.set("", 0, state.https);
    let to = if is_ours(next) { next } else { "/" };
    (AppendHeaders([(SET_COOKIE, session), (SET_COOKIE, form)]), Redirect::to(to)).into_response()
}

/// Only a path of this server is followed.
fn is_ours(next: &str) -> bool {
    let plain = next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    next.starts_with('/') && !next.starts_with("//") && plain && next.len() <= 2_000
}

fn form_secret(state: &WebState) -> String {
    let mut bytes = [0; 32];
    state.workspace.app().world.randomise(&mut bytes);
    Digest::of(&bytes).to_string()
}

fn with_secret(state: &WebState, secret: &str, mut response: Response) -> Result<Response, Problem> {
    let cookie = Cookie::Form.set(secret, 3_600, state.https);
    let cookie = cookie.parse().map_err(|_| Problem::Failed("a cookie could not be written".to_owned()))?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

/// The form must carry what its page's cookie holds, and the browser must not say that it came from elsewhere.
fn refuse_forged(state: &WebState, headers: &HeaderMap, csrf: &str) -> Result<(), Problem> {
    let from = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let elsewhere = from.is_some_and(|from| from != "same-origin" && from != "none");
    let secret = Cookie::Form.read(headers, state.https).filter(|secret| !secret.is_empty());
    if elsewhere || !secret.is_some_and(|secret| same(&secret, csrf)) {
        return Err(Problem::Forged);
    }
    Ok(())
}

/// Compared by digest, so that the time it takes tells nothing.
pub(crate) fn same(one: &str, other: &str) -> bool {
    Digest::of(one.as_bytes()) == Digest::of(other.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn after_signing_in_only_a_path_of_this_server_is_followed() {
        assert!(is_ours("/controls/CHG-01?period=2026-01-01..2027-01-01"));
        for other in
            ["", "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x=1"]
        {
            assert!(!is_ours(other), "{other}");
        }
    }
}
