//! Tokens by which programs send records in a person's name.

use std::process::ExitCode;

use serde_json::json;

use crate::args::{Place, Token, View};
use crate::home;
use crate::ui::{Fault, Out, Table};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Token) -> Done {
    home::newest_only(view, "token")?;
    let sender = home::sender(place).await?;
    let workspace = sender.workspace();
    match args {
        Token::Add(args) => {
            let person = sender.person().ok_or_else(|| Fault::wrong("name a person with --as EMAIL"))?;
            let (secret, token) = workspace.add_token(person, &args.name, args.days).await?;
            let whose = workspace.newest().programme.name_of(person);
            let document = json!({ "id": token.id, "secret": secret, "expires_at": token.expires_at });
            out.show(&document, |page| {
                page.say(format!(
                    "`{}` acts as {whose} until {}. Its secret, shown once:",
                    token.name, token.expires_at
                ));
                page.raw(&secret);
            })?;
        }
        Token::List => {
            let tokens = workspace.list_tokens().await?;
            let programme = workspace.newest().programme;
            let rows = tokens.iter().map(|token| {
                json!({
                    "id": token.id, "name": token.name, "person": token.person, "created_at": token.created_at,
                    "expires_at": token.expires_at, "last_used_at": token.last_used_at,
                })
            });
            out.show(&json!(rows.collect::<Vec<_>>()), |page| {
                if tokens.is_empty() {
                    page.say("There is no token. Make one with `attestry token add NAME`.");
                }
                let mut table = Table::new()
                    .column("token")
                    .text("for")
                    .text("acts as")
                    .column("expires")
                    .column("last used");
                for token in &tokens {
                    let used = token.last_used_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
                    let whose = programme.name_of(token.person);
                    table.row(vec![
                        token.id.as_str().into(),
                        token.name.as_str().into(),
                        whose.into(),
                        token.expires_at.to_string().into(),
                        used.into(),
                    ]);
                }
                if !tokens.is_empty() {
                    page.table(&table);
                }
            })?;
        }
        Token::Remove { id } => {
            workspace.remove_token(&id).await?;
            out.show(&json!({ "removed": id }), |page| {
                page.say(format!("Token {id} opens nothing any more."))
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
