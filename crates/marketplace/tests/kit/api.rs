//! The API of the marketplace that does not exist, and how to describe it wrong.

use crate::fake::limit;
use feedwright_catalog::digest::Lane;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Container;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Quota;
use feedwright_marketplace::Sending;
use feedwright_marketplace::Site;
use feedwright_marketplace::api::Api;
use feedwright_marketplace::api::ClientAuth;
use feedwright_marketplace::api::Grant;
use feedwright_marketplace::api::Host;
use feedwright_marketplace::api::LimitHeaders;
use feedwright_marketplace::api::Method;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::api::Rate;
use feedwright_marketplace::api::Repeat;
use feedwright_marketplace::api::ShownAs;
use feedwright_marketplace::api::TokenDef;
use feedwright_marketplace::contract::FamilyStyle;
use std::time::Duration;

const SOURCE: &str = "made up";
const DAY: &str = "2026-11-26";

const RATE: Rate =
    Rate { shared: None, requests: 1, per: Duration::from_secs(1), burst: 1, source: SOURCE, checked_on: DAY };

const fn operation(id: &'static str, method: Method, path: &'static str, repeat: Repeat) -> Operation {
    Operation { id, method, path, token: Some("seller"), rate: RATE, repeat, max_answer: 1 << 20 }
}

pub(crate) static MAKE_PLACE: Operation = operation("makePlace", Method::Post, "/places", Repeat::Safe);
pub(crate) static PUT_FILE: Operation =
    Operation { token: None, ..operation("putFile", Method::Put, "", Repeat::Safe) };
pub(crate) static MAKE_POST: Operation = operation("makePost", Method::Post, "/posts", Repeat::Never);
pub(crate) static LIST_POSTS: Operation = operation("listPosts", Method::Get, "/posts", Repeat::Safe);
pub(crate) static ASK_AFTER: Operation = operation("askAfterPost", Method::Get, "/posts/{id}", Repeat::Safe);
pub(crate) static TRY_FILE: Operation = operation("tryFile", Method::Post, "/tries", Repeat::Safe);
pub(crate) static LIST_FIELDS: Operation = operation("listFields", Method::Get, "/fields", Repeat::Safe);

/// Sends its token to whatever URL it is given.
pub(crate) static PUT_WITH_TOKEN: Operation = operation("putWithToken", Method::Put, "", Repeat::Safe);
/// In no API.
pub(crate) static UNLISTED: Operation = operation("unlisted", Method::Get, "/posts", Repeat::Safe);
static WITHOUT_SOURCE: Operation =
    Operation { rate: Rate { source: "", ..RATE }, ..operation("withoutSource", Method::Get, "/", Repeat::Safe) };
static WITHOUT_TOKEN: Operation =
    Operation { token: Some("nobody"), ..operation("withoutToken", Method::Get, "/", Repeat::Safe) };
static SAME_ID: Operation = operation("makePost", Method::Post, "/others", Repeat::Never);
static NEVER: Operation =
    Operation { rate: Rate { requests: 0, ..RATE }, ..operation("never", Method::Get, "/", Repeat::Safe) };

const fn api(operations: &'static [&'static Operation]) -> Api {
    Api { operations, ..API_FRAME }
}

const API_FRAME: Api = Api {
    hosts: &[Host { id: "api", url: "https://api.fake.example", sandbox: None }],
    tokens: &[TokenDef {
        id: "seller",
        host: "api",
        path: "/token",
        grant: Grant::ClientCredentials { scope: None },
        client: ClientAuth::Basic,
        shown_as: ShownAs::Bearer,
        lifetime: Duration::from_hours(1),
        renewed_before: Duration::from_mins(1),
        ended_by: &[401],
        source: SOURCE,
        checked_on: DAY,
    }],
    operations: &[],
    headers: &[],
    limit_headers: LimitHeaders { rate: None, left: None, replenished: None },
};

static API: Api =
    api(&[&MAKE_PLACE, &PUT_FILE, &PUT_WITH_TOKEN, &MAKE_POST, &LIST_POSTS, &ASK_AFTER, &TRY_FILE, &LIST_FIELDS]);
static WITHOUT_SOURCE_API: Api = api(&[&MAKE_POST, &WITHOUT_SOURCE]);
static WITHOUT_TOKEN_API: Api = api(&[&MAKE_POST, &WITHOUT_TOKEN]);
static SAME_ID_API: Api = api(&[&MAKE_POST, &SAME_ID]);
static NEVER_API: Api = api(&[&MAKE_POST, &NEVER]);

const POSTS: Feed = Feed {
    id: "posts",
    name: "POSTS",
    lanes: &[Lane::Content, Lane::Price],
    tells: &[],
    categories: Categories::Mixed,
    parts: &[Part {
        id: "",
        extension: "json",
        container: Container::Plain,
        max_records: limit(100),
        max_bytes: limit(100_000),
        max_batch: None,
    }],
    sending: Sending::ByApi {
        quota: Some(Quota {
            shared: "posts",
            submissions: 5,
            per: Duration::from_mins(5),
            source: SOURCE,
            checked_on: DAY,
        }),
        previews: true,
        first_look: Duration::from_mins(1),
    },
    revised_by: None,
};

const FRAME: Profile = Profile {
    id: "fake",
    name: "Fake",
    sites: &[Site { id: "fake.example", country: "US", currency: "USD", languages: &["en-US"] }],
    feeds: &[POSTS],
    family: FamilyStyle::Flat,
    options: &[],
    references: &[],
    bulk: None,
    api: Some(&API),
};

/// One feed by API, and one by hand.
pub(crate) static PROFILE: Profile =
    Profile { feeds: &[POSTS, Feed { id: "papers", sending: Sending::ByHand, ..POSTS }], ..FRAME };
pub(crate) static NO_API: Profile = Profile { api: None, ..FRAME };
pub(crate) static NO_SOURCE: Profile = Profile { api: Some(&WITHOUT_SOURCE_API), ..FRAME };
pub(crate) static NO_TOKEN: Profile = Profile { api: Some(&WITHOUT_TOKEN_API), ..FRAME };
pub(crate) static TWO_OF_AN_ID: Profile = Profile { api: Some(&SAME_ID_API), ..FRAME };
pub(crate) static NEVER_ASKED: Profile = Profile { api: Some(&NEVER_API), ..FRAME };
/// Prices are told along, and no other feed carries them.
pub(crate) static TELLS_ALONE: Profile =
    Profile { feeds: &[Feed { lanes: &[Lane::Content], tells: &[Lane::Price], ..POSTS }], ..FRAME };
/// Nothing of it is ever sent, and it tells along all the same.
pub(crate) static PAPER_TELLS: Profile = Profile {
    feeds: &[POSTS, Feed { id: "papers", sending: Sending::ByHand, tells: &[Lane::Stock], ..POSTS }],
    ..FRAME
};
