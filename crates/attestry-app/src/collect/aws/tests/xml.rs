use proptest::prelude::*;

use crate::collect::aws::xml::parse;

#[test]
fn texts_with_entities_and_characters_are_read_whole() {
    let root = parse(
        b"<?xml version='1.0'?><a xmlns='x'><b>R&amp;D &lt;core&gt; &#65;&#x42;<![CDATA[<&]]></b><c/></a>",
    );
    let root = root.unwrap();
    assert_eq!(root.text_at(&["b"]), Some("R&D <core> AB<&"));
    assert_eq!(root.text_at(&["c"]), None);
    assert!(root.at(&["c"]).is_some() && root.at(&["d"]).is_none());
}

#[test]
fn what_is_no_answer_of_aws_is_refused() {
    let deep = "<a>".repeat(200) + &"</a>".repeat(200);
    let entity = "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>";
    for text in ["", "text", "<a>", "<a></b>", "</a>", "<a>&x;</a>", "<a>&#0;</a>", entity, &deep] {
        assert!(parse(text.as_bytes()).is_err(), "{text}");
    }
    assert!(parse(b"<a>\xff</a>").is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_it_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn no_text_of_tags_makes_it_fall_over(text in "(<|>|/|a|&|;|#|!|\\[|\\]|\\?|-|'|\"| |=|x){0,60}") {
        let _ = parse(text.as_bytes());
    }
}
