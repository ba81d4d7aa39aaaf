//! The other side of the marketplace that does not exist: places for files, posts, and what became of them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use feedwright_marketplace::conformance::BEGIN;
use feedwright_marketplace::conformance::CLAIMED;
use feedwright_marketplace::conformance::Made;
use feedwright_marketplace::conformance::OtherSide;
use feedwright_marketplace::exchange::Address;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Body;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Request;
use serde_json::Value;
use serde_json::json;

/// What was posted, and what is said of it.
struct Store {
    skus: Vec<String>,
    n_places: usize,
    file: String,
    /// Each post's file, and when it came.
    posts: Vec<(String, i64)>,
}

pub(crate) fn meet(parcel: &Parcel) -> Box<dyn OtherSide> {
    let skus = parcel.rows.iter().map(|row| row.sku.to_string()).collect();
    Box::new(Store { skus, n_places: 0, file: String::new(), posts: Vec::new() })
}

impl OtherSide for Store {
    fn answer(&mut self, request: &Request, now: i64) -> Answer {
        let carried = match &request.body {
            Body::Empty => String::new(),
            Body::Bytes { bytes, .. } | Body::File { bytes, .. } => String::from_utf8(bytes.to_vec()).unwrap(),
        };
        let rows: Vec<Value> = self.skus.iter().map(|sku| json!({ "sku": sku, "taken": true })).collect();
        let body = match request.operation.id {
            "makePlace" => {
                self.n_places += 1;
                json!({ "url": format!("https://store.example/{}?signature=s", self.n_places) })
            }
            "putFile" => {
                self.file = carried;
                json!({})
            }
            "makePost" => {
                self.posts.push((self.file.clone(), now));
                json!({ "id": format!("post-{}", self.posts.len()) })
            }
            "listPosts" => {
                let own = self.posts.iter().enumerate();
                let own = own.map(|(at, (_, came))| json!({ "id": format!("post-{}", at + 1), "at": came }));
                let posts: Vec<Value> = std::iter::once(json!({ "id": CLAIMED, "at": BEGIN })).chain(own).collect();
                json!({ "posts": posts })
            }
            "askAfterPost" => {
                let Address::Host(_, path) = &request.to else { return Answer::default() };
                let came = self.posts.iter().enumerate().find(|(at, _)| path.ends_with(&format!("post-{}", at + 1)));
                match came {
                    Some((_, (_, came))) if now - came < 90 => json!({ "state": "waits", "rows": [] }),
                    Some(_) => json!({ "state": "done", "rows": rows }),
                    None => return Answer { status: 404, ..Answer::default() },
                }
            }
            "tryFile" => json!({ "state": "done", "rows": rows }),
            other => json!({ "no": other }),
        };
        Answer { status: 200, headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    fn made(&self) -> Vec<Made> {
        let made =
            |(at, (file, _)): (usize, &(String, i64))| Made { id: format!("post-{}", at + 1), what: file.clone() };
        self.posts.iter().enumerate().map(made).collect()
    }
}
