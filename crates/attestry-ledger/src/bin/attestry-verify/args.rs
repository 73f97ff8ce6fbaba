//! The call.

use std::path::{Path, PathBuf};

use attestry_ledger::VerifierKey;
use attestry_ledger::note::KeyKind;
use attestry_ledger::package::Options;

/// The forms of the call.
pub const USAGE: &str =
    "Usage: attestry-verify PACKAGE.zip [--log-key KEY] [--witness-key KEY]... [--earlier FILE]...
                       [--resume FILE] [--proof N] [--json]
";

/// What `--help` prints.
pub const HELP: &str = "Checks a package offline: every signature, proof, digest and time in it.

Usage: attestry-verify PACKAGE.zip [--log-key KEY] [--witness-key KEY]... [--earlier FILE]...
                       [--resume FILE] [--proof N] [--json]

  --log-key KEY      the log's key, name+id+base64, or a file that holds it. Obtain it from the
                     organisation by another road than the package
  --witness-key KEY  the key of a witness whose cosignature is to be checked; may be repeated
  --earlier FILE     a checkpoint of this log that you kept from before; may be repeated
  --resume FILE      keep there how far the check came, and take it up from there next time
  --proof N          print the proof of event N as a tlog-proof file, and check nothing
  --json             print one JSON document

Ends with 0 if the package holds, 1 if it does not, 2 if the call was wrong, 3 if it could not be done.
";

/// What is wanted.
#[derive(Debug)]
pub enum Call {
    Help,
    Version,
    Verify(Box<Args>),
}

/// A check, or a proof.
#[derive(Debug, Default)]
pub struct Args {
    pub package: PathBuf,
    pub options: Options,
    pub earlier: Vec<PathBuf>,
    pub resume: Option<PathBuf>,
    pub proof: Option<u64>,
    pub json: bool,
}

pub fn read(words: impl Iterator<Item = String>) -> Result<Call, String> {
    let mut args = Args::default();
    let (mut packages, mut words, mut options) = (Vec::new(), words, true);
    while let Some(word) = words.next() {
        if !options || !word.starts_with('-') {
            packages.push(word);
            continue;
        }
        let (name, given) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
            _ => (word, None),
        };
        let mut value =
            || given.clone().or_else(|| words.next()).ok_or_else(|| format!("`{name}` needs a value"));
        match name.as_str() {
            "-h" | "--help" => return Ok(Call::Help),
            "-V" | "--version" => return Ok(Call::Version),
            "--log-key" => args.options.log = Some(key(&value()?, KeyKind::Ed25519)?),
            "--witness-key" => args.options.witnesses.push(key(&value()?, KeyKind::CosignatureV1)?),
            "--earlier" => args.earlier.push(value()?.into()),
            "--resume" => args.resume = Some(value()?.into()),
            "--proof" => {
                let text = value()?;
                let number = text.parse().map_err(|_| format!("`{text}` is no number of an event"))?;
                args.proof = Some(number);
            }
            "--json" if given.is_none() => args.json = true,
            "--" if given.is_none() => options = false,
            _ => return Err(format!("`{name}` is not known here")),
        }
    }
    match packages.as_slice() {
        [package] => args.package = package.into(),
        [] => return Err("name the package to check".to_owned()),
        [_, second, ..] => return Err(format!("one package at a time: `{second}` is a second")),
    }
    Ok(Call::Verify(Box::new(args)))
}

/// A key as text, or the file that holds it.
fn key(text: &str, kind: KeyKind) -> Result<VerifierKey, String> {
    let read = |text: &str| text.trim().parse::<VerifierKey>().map_err(|error| error.to_string());
    let found = read(text).or_else(|reason| match std::fs::read_to_string(Path::new(text)) {
        Ok(content) => read(&content).map_err(|reason| format!("`{text}`: {reason}")),
        Err(_) => Err(format!("`{text}` is no key and no file: {reason}")),
    })?;
    match (found.kind() == kind, kind) {
        (true, _) => Ok(found),
        (false, KeyKind::Ed25519) => Err(format!("`{}` is the key of a witness, not of a log", found.name())),
        (false, KeyKind::CosignatureV1) => {
            Err(format!("`{}` is the key of a log, not of a witness", found.name()))
        }
    }
}

#[cfg(test)]
mod tests {
    use attestry_ledger::SignerKey;

    use super::*;

    fn call(words: &[&str]) -> Result<Call, String> {
        read(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn keys_files_and_switches_are_read_in_either_form() {
        let log = SignerKey::from_seed("l", KeyKind::Ed25519, &[1; 32]).unwrap().verifier();
        let text = log.to_string();
        for words in [
            ["p.zip", "--json", "--proof", "7", "--log-key", &text].as_slice(),
            &[&format!("--log-key={text}"), "--proof=7", "--json", "--", "p.zip"],
        ] {
            let Call::Verify(args) = call(words).unwrap() else { panic!("a check was meant") };
            assert_eq!((args.package.to_str(), args.proof, args.json), (Some("p.zip"), Some(7), true));
            assert_eq!(args.options.log.as_ref(), Some(&log));
        }
        assert!(matches!(call(&["--help"]), Ok(Call::Help)));
    }

    #[test]
    fn wrong_calls_say_what_is_wrong() {
        let log = SignerKey::from_seed("l", KeyKind::Ed25519, &[1; 32]).unwrap().verifier().to_string();
        for (words, reason) in [
            (&[][..], "name the package"),
            (&["a.zip", "b.zip"], "`b.zip` is a second"),
            (&["a.zip", "--frob"], "`--frob` is not known"),
            (&["a.zip", "--log-key"], "`--log-key` needs a value"),
            (&["a.zip", "--log-key", "nonsense"], "no key and no file"),
            (&["a.zip", "--witness-key", &log], "the key of a log, not of a witness"),
            (&["a.zip", "--proof", "x"], "`x` is no number"),
            (&["a.zip", "--json=yes"], "`--json` is not known"),
        ] {
            let said = call(words).unwrap_err();
            assert!(said.contains(reason), "{said}");
        }
    }
}
