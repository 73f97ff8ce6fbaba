//! Messages with placeholders.

use serde_json::Value;

/// A message with `{0}`, `{1}` … filled in; a doubled brace is a brace.
pub(super) fn filled(message: &str, arguments: &[Value]) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    while let Some((before, after)) = rest.split_once(['{', '}']) {
        text.push_str(before);
        let brace = if rest.as_bytes().get(before.len()) == Some(&b'{') { '{' } else { '}' };
        let filler = placeholder(after).filter(|_| brace == '{').and_then(|(number, tail)| {
            let argument = arguments.get(number)?.as_str()?;
            Some((argument, tail))
        });
        rest = match filler {
            Some((argument, tail)) => {
                text.push_str(argument);
                tail
            }
            None => {
                text.push(brace);
                after.strip_prefix(brace).unwrap_or(after)
            }
        };
    }
    text.push_str(rest);
    text
}

/// The number of a placeholder whose brace was read, and what follows it.
fn placeholder(after: &str) -> Option<(usize, &str)> {
    let digits = after.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let (number, tail) = after.split_at_checked(digits)?;
    Some((number.parse().ok()?, tail.strip_prefix('}')?))
}
