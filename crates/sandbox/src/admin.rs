//! What a test, or a person with `curl`, asks the sandbox itself: its time, what it holds, what was asked of it; and what
//! it is told to do.

use crate::faults::Fault;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::world::World;
use serde::Deserialize;
use serde_json::json;

/// The first segment of every path to the sandbox itself.
pub(crate) const PREFIX: &str = "_sandbox";

/// `POST /_sandbox/cure`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cure {
    skus: Vec<String>,
}

/// Answers one of them: `name` is what follows the prefix.
pub(crate) fn answer(world: &World, name: &str, request: &Incoming) -> Outgoing {
    match (request.method.as_str(), name) {
        ("GET", "clock") => Outgoing::json(200, &world.clock.describe()),
        ("GET", "state") => Outgoing::json(200, &world.state(request.value("marketplace"))),
        ("GET", "requests") => Outgoing::json(200, &world.requests()),
        ("POST", "faults") => match serde_json::from_slice::<Vec<Fault>>(&request.body) {
            Ok(faults) => {
                world.set_faults(faults);
                done()
            }
            Err(why) => refused(&format!("the body is not a list of faults: {why}")),
        },
        ("POST", "cure") => match serde_json::from_slice::<Cure>(&request.body) {
            Ok(cure) => {
                world.cure(&cure.skus);
                done()
            }
            Err(why) => refused(&format!(r#"the body is not like {{"skus": ["A", "B"]}}: {why}"#)),
        },
        ("POST", "reset") => {
            world.reset();
            done()
        }
        _ => World::nowhere(),
    }
}

fn done() -> Outgoing {
    Outgoing { status: 204, ..Outgoing::default() }
}

fn refused(why: &str) -> Outgoing {
    Outgoing::json(400, &json!({ "error": why }))
}
