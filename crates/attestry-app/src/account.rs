//! Signing in: one-time links, passwords, sessions. Accounts are ordinary rows, not events.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use attestry_domain::event::Actor;
use attestry_domain::id::{PersonId, WorkspaceId};
use attestry_domain::time::Instant;
use attestry_store::{Account, ApiToken, LoginLink, NewSession, Session};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{App, AppError, Workspace};

/// A session lasts this long.
const SESSION_MICROS: i64 = 12 * 3_600 * 1_000_000;
/// A one-time link holds this long.
const LINK_MICROS: i64 = 24 * 3_600 * 1_000_000;
/// Characters of a password at least; there is no other rule.
pub const SHORTEST_PASSWORD: usize = 12;
/// Bytes of a password at most, so that hashing cannot be made to work without end.
pub const LONGEST_PASSWORD: usize = 1_024;

/// A session that was begun: what the browser keeps.
#[derive(Clone)]
pub struct SignedIn {
    /// The secret for the cookie.
    pub token: String,
    /// The token for forms.
    pub csrf: String,
    /// Who.
    pub person: PersonId,
    /// Where.
    pub workspace: WorkspaceId,
    /// Until when.
    pub expires_at: Instant,
}

impl App {
    fn secret(&self) -> String {
        let mut bytes = [0; 32];
        self.world.randomise(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Makes a link by which a person of the workspace signs in once, and an account when there is none yet.
    ///
    /// # Errors
    /// When the person is not of the workspace, the address has an account elsewhere, or the store cannot be written.
    pub async fn login_link(&self, workspace: &Workspace, person: PersonId) -> Result<String, AppError> {
        let programme = workspace.follow().await?.programme;
        let described = programme.people.get(&person).and_then(|one| one.described.clone());
        let described = described.ok_or_else(|| AppError::unknown("person", person))?;
        let now = self.world.now();
        match self.store.lookup_account(&described.email).await? {
            Some(known) if known.person == person && known.workspace == workspace.id() => {}
            Some(_) => return Err(elsewhere(&format!("`{}`", described.email))),
            None => {
                let (id, email) = (workspace.id(), described.email);
                let account = Account { person, workspace: id, email, password_hash: None, created_at: now };
                self.store.add_account(&account).await?;
            }
        }
        let token = self.secret();
        let expires_at = Instant::from_micros(now.micros() + LINK_MICROS);
        let link = LoginLink { person, workspace: workspace.id(), expires_at };
        self.store.add_login_link(&token, &link, now).await?;
        Ok(token)
    }

    /// Whether a person of the workspace has set a password.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn has_password(&self, workspace: &Workspace, person: PersonId) -> Result<bool, AppError> {
        let programme = workspace.newest().programme;
        let email =
            programme.people.get(&person).and_then(|one| one.described.as_ref()).map(|one| one.email.clone());
        let Some(email) = email else { return Ok(false) };
        let account = self.store.lookup_account(&email).await?;
        Ok(account.is_some_and(|account| account.password_hash.is_some()))
    }

    /// Who a one-time link is for, without using it up: mail and chat programs look at links before people do.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn link_holder(&self, token: &str) -> Result<Option<PersonId>, AppError> {
        Ok(self.store.lookup_login_link(token, self.world.now()).await?)
    }

    /// Signs in by a one-time link, using it up. `None` when it does not hold.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn redeem(&self, token: &str) -> Result<Option<SignedIn>, AppError> {
        match self.store.redeem_login_link(token, self.world.now()).await? {
            Some(link) => Ok(Some(self.begin_session(link.person, link.workspace).await?)),
            None => Ok(None),
        }
    }

    /// Signs in by address and password. `None` when they do not fit, at the cost of a hash either way.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Option<SignedIn>, AppError> {
        let account = self.store.lookup_account(email).await?;
        let hash = account.as_ref().and_then(|account| account.password_hash.clone());
        let password = password.to_owned();
        let right =
            tokio::task::spawn_blocking(move || fits(hash.as_deref(), &password)).await.unwrap_or(false);
        match account.filter(|_| right) {
            Some(account) => Ok(Some(self.begin_session(account.person, account.workspace).await?)),
            None => Ok(None),
        }
    }

    async fn begin_session(&self, person: PersonId, workspace: WorkspaceId) -> Result<SignedIn, AppError> {
        let (token, csrf, now) = (self.secret(), self.secret(), self.world.now());
        let expires_at = Instant::from_micros(now.micros() + SESSION_MICROS);
        let session =
            NewSession { token: &token, person, workspace, csrf: &csrf, created_at: now, expires_at };
        self.store.add_session(&session).await?;
        Ok(SignedIn { token, csrf, person, workspace, expires_at })
    }

    /// Who shows this token, if the session holds.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, AppError> {
        Ok(self.store.lookup_session(token, self.world.now()).await?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn sign_out(&self, token: &str) -> Result<(), AppError> {
        Ok(self.store.end_session(token).await?)
    }

    /// Sets a person's password and gives a new session; the old token ends.
    ///
    /// # Errors
    /// When the password is too short or too long, the person has no account, or the store cannot be used.
    pub async fn set_password(
        &self,
        token: &str,
        session: &Session,
        password: &str,
    ) -> Result<SignedIn, AppError> {
        if password.chars().count() < SHORTEST_PASSWORD || password.len() > LONGEST_PASSWORD {
            let rule = format!(
                "a password has at least {SHORTEST_PASSWORD} characters; a few words make a good one"
            );
            return Err(AppError::Input(rule));
        }
        let mut salt = [0; 16];
        self.world.randomise(&mut salt);
        let password = password.to_owned();
        let hashed = tokio::task::spawn_blocking(move || hash(&salt, &password))
            .await
            .map_err(|_| AppError::Stopping)?;
        if !self.store.record_password(session.person, &hashed?).await? {
            return Err(elsewhere("this address"));
        }
        self.store.end_session(token).await?;
        self.begin_session(session.person, session.workspace).await
    }
}

/// Longest life of a token, in days.
pub const LONGEST_TOKEN_DAYS: u16 = 400;

/// A program that calls, as its token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiCaller {
    /// In whose name.
    pub person: PersonId,
    /// What the token is for; the source of what it brings.
    pub name: String,
}

impl Workspace {
    /// Makes a token by which a program sends evidence in a person's name; gives its secret, which is shown once, and
    /// what is known of it afterwards.
    ///
    /// # Errors
    /// When the person is unknown, the name is empty, the days are none or too many, or the store cannot be written.
    pub async fn add_token(
        &self,
        person: PersonId,
        name: &str,
        days: u16,
    ) -> Result<(String, ApiToken), AppError> {
        if !self.follow().await?.programme.people.contains_key(&person) {
            return Err(AppError::unknown("person", person));
        }
        if name.trim().is_empty() || name.len() > 80 {
            return Err(AppError::Input(
                "a token's name says what it is for, in up to 80 characters".to_owned(),
            ));
        }
        if days == 0 || days > LONGEST_TOKEN_DAYS {
            return Err(AppError::Input(format!("a token holds for 1 to {LONGEST_TOKEN_DAYS} days")));
        }
        let (app, now) = (self.app(), self.app().world.now());
        let secret = format!("att_{}", app.secret());
        let expires_at = Instant::from_micros(now.micros() + i64::from(days) * 24 * 3_600 * 1_000_000);
        let token = ApiToken {
            id: app.ulid().to_string(),
            workspace: self.id(),
            person,
            name: name.trim().to_owned(),
            created_at: now,
            expires_at,
            last_used_at: None,
        };
        app.store.add_api_token(&token, &secret).await?;
        Ok((secret, token))
    }

    /// The program that shows this secret; `None` when it opens nothing here.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn api_caller(&self, secret: &str) -> Result<Option<ApiCaller>, AppError> {
        let app = self.app();
        let token = app.store.use_api_token(secret, app.world.now()).await?;
        let token = token.filter(|token| token.workspace == self.id());
        Ok(token.map(|token| ApiCaller { person: token.person, name: token.name }))
    }

    /// The tokens of this workspace.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn list_tokens(&self) -> Result<Vec<ApiToken>, AppError> {
        Ok(self.app().store.list_api_tokens(self.id()).await?)
    }

    /// Takes a token away.
    ///
    /// # Errors
    /// When there is none of that id, or the store cannot be used.
    pub async fn remove_token(&self, id: &str) -> Result<(), AppError> {
        if self.app().store.remove_api_token(self.id(), id).await? {
            return Ok(());
        }
        let near = self.list_tokens().await?.into_iter().map(|token| token.id).collect();
        Err(AppError::NotFound { kind: "token", id: id.to_owned(), near })
    }

    /// The first owner: whose link `demo` and `serve` print.
    pub fn first_owner(&self) -> Option<PersonId> {
        let programme = self.newest().programme;
        let today = self.today();
        let mut people = programme.people.keys().copied();
        people.find(|person| {
            programme.roles_on(*person, today).any(|role| role == attestry_domain::role::Role::Owner)
        })
    }

    /// The actor of that person.
    pub fn actor(person: PersonId) -> Actor {
        Actor::Person(person)
    }
}

fn elsewhere(address: &str) -> AppError {
    AppError::Input(format!(
        "{address} has an account elsewhere on this server; sign in with that one, or give the person another address"
    ))
}

/// The costs that OWASP asks for at least: 19 MiB, two passes, one lane.
fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

fn hash(salt: &[u8], password: &str) -> Result<String, AppError> {
    let hashed = argon().hash_password_with_salt(password.as_bytes(), salt);
    let hashed =
        hashed.map_err(|error| AppError::NotStored(format!("the password cannot be hashed: {error}")))?;
    Ok(hashed.to_string())
}

/// Whether a password fits a hash; without a hash as much work is done and nothing fits.
fn fits(hash_text: Option<&str>, password: &str) -> bool {
    let Some(parsed) = hash_text.and_then(|text| PasswordHash::new(text).ok()) else {
        let _same_work = hash(&[0; 16], password);
        return false;
    };
    password.len() <= LONGEST_PASSWORD && argon().verify_password(password.as_bytes(), &parsed).is_ok()
}
