//! Credentials of all channels, as the guide says: in environment variables, and one in a file of its own.

use crate::seller::Shop;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs;
use tempfile::TempDir;

/// Where each is found: its name at the marketplace, its variable, and a text that stands nowhere else. Letters that
/// forms and URLs write in another way are among them.
pub(crate) const IN_ENVIRONMENT: [(&str, &str, &str); 7] = [
    ("amazon", "AMAZON_CLIENT_ID", "amzn1.application-oa2-client.7d1e40aa"),
    ("amazon", "AMAZON_CLIENT_SECRET", "amzn1.oa2-cs.v1.am/zon+s3cret=0b5c"),
    ("ebay", "EBAY_CLIENT_ID", "Larkfiel-shop-PRD-1a2b3c4d"),
    ("ebay", "EBAY_CLIENT_SECRET", "PRD-e/bay+s3cret=77aa"),
    ("ebay", "EBAY_REFRESH_TOKEN", "v^1.1#i^1#r^1#e/bay+refr3sh=9f00"),
    ("walmart", "WALMART_CLIENT_ID", "wal-mart-id-5566-7788"),
    ("walmart", "WALMART_CLIENT_SECRET", "wal/mart+s3cret=31c0"),
];
/// What the file holds: Amazon's refresh token.
pub(crate) const IN_FILE: &str = "Atzr|am/zon+refr3sh=c4fe";

/// Gives all channels their credentials. The folder with the one in a file is not the shop's.
pub(crate) fn give(shop: &mut Shop) -> TempDir {
    let secrets = tempfile::tempdir().unwrap();
    let file = secrets.path().join("amazon-refresh-token");
    fs::write(&file, format!("{IN_FILE}\n")).unwrap();
    for channel in ["amazon", "ebay", "walmart"] {
        let name = channel.to_uppercase();
        let mut all = vec![
            format!("client_id = {{ env = \"{name}_CLIENT_ID\" }}"),
            format!("client_secret = {{ env = \"{name}_CLIENT_SECRET\" }}"),
        ];
        match channel {
            "amazon" => all.push(format!("refresh_token = {{ file = '{}' }}", file.display())),
            "ebay" => all.push("refresh_token = { env = \"EBAY_REFRESH_TOKEN\" }".to_owned()),
            _ => {}
        }
        let marketplace = format!("marketplace = \"{channel}\"\n");
        let with = format!("{marketplace}test_account = true\ncredentials = {{ {} }}\n", all.join(", "));
        shop.configure(&marketplace, &with);
    }
    shop.environment = IN_ENVIRONMENT.iter().map(|(_, name, value)| set(name, value)).collect();
    secrets
}

/// A variable of the environment.
pub(crate) fn set(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// All texts by which one of them could be known: as they are, as forms and URLs have them, and as they are shown to a
/// server.
pub(crate) fn forms() -> Vec<String> {
    let plain = IN_ENVIRONMENT.iter().map(|(_, _, value)| *value).chain([IN_FILE]);
    let mut all: Vec<String> = plain.flat_map(|value| [value.to_owned(), encoded(value)]).collect();
    for marketplace in ["ebay", "walmart"] {
        let own = |name: &str| {
            let name = format!("{}_{name}", marketplace.to_uppercase());
            IN_ENVIRONMENT.iter().find(|(_, known, _)| *known == name).unwrap().2
        };
        all.push(STANDARD.encode(format!("{}:{}", own("CLIENT_ID"), own("CLIENT_SECRET"))));
    }
    all
}

/// As forms and URLs have it.
pub(crate) fn encoded(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}
