//! Where requests go: to a host of the marketplace or to a URL that it gave out, and nowhere else.

use super::settings::Hosts;
use super::settings::Settings;
use super::settings::SettingsError;
use reqwest::Url;
use std::net::IpAddr;

/// The URLs of a channel's hosts, by id.
#[derive(Debug)]
pub(super) struct Addresses {
    hosts: Vec<(&'static str, Url)>,
    /// All of them are on this machine: then what they give out may be too.
    pub(super) is_here: bool,
}

impl Addresses {
    /// The hosts as the settings say.
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let mut hosts = Vec::new();
        for host in settings.api.hosts {
            let (marketplace, id) = (settings.marketplace, host.id);
            let text = match &settings.hosts {
                Hosts::Live => host.url.to_owned(),
                Hosts::Sandbox => host
                    .sandbox
                    .ok_or_else(|| SettingsError(format!("host `{id}` of `{marketplace}` has no sandbox")))?
                    .to_owned(),
                Hosts::At(base) => format!("{}/{marketplace}/{id}", base.trim_end_matches('/')),
            };
            let url = Url::parse(&text).map_err(|why| SettingsError(format!("`{text}` is no URL: {why}")))?;
            if url.query().is_some() || url.fragment().is_some() || has_user(&url) {
                return Err(SettingsError(format!(
                    "`{}` must be a host and a path, and no more",
                    url.host_str().unwrap_or("")
                )));
            }
            if !is_safe(&url, matches!(settings.hosts, Hosts::At(_))) {
                return Err(SettingsError(format!("`{text}` must begin with `https://`, or be on this machine")));
            }
            hosts.push((id, url));
        }
        let is_here = !hosts.is_empty() && hosts.iter().all(|(_, url)| is_loopback(url));
        Ok(Self { hosts, is_here })
    }

    /// The URL of a path with its query, as it was given, at a host.
    pub(super) fn at_host(&self, id: &str, path: &str) -> Result<Url, String> {
        let (_, base) =
            self.hosts.iter().find(|(own, _)| *own == id).ok_or_else(|| format!("no host is called `{id}`"))?;
        let only_path = path.split('?').next().unwrap_or_default();
        // A URL's reader mends such paths, and the request would go elsewhere.
        let mended = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
        let is_odd = |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, '\\' | '#');
        if !path.starts_with('/') || only_path.split('/').any(mended) || path.contains(is_odd) {
            return Err(format!("`{only_path}` cannot stand in a URL"));
        }
        let text = format!("{}{path}", base.as_str().trim_end_matches('/'));
        let url = Url::parse(&text).map_err(|why| format!("`{only_path}` cannot stand in a URL: {why}"))?;
        if url.origin() == base.origin() && !has_user(&url) {
            Ok(url)
        } else {
            Err(format!("`{only_path}` leads to another host"))
        }
    }

    /// A URL that was given out. It is never part of an error.
    pub(super) fn given(&self, text: &str) -> Result<Url, String> {
        let url = Url::parse(text).map_err(|why| format!("the URL that was given out is none: {why}"))?;
        if is_safe(&url, self.is_here) {
            Ok(url)
        } else {
            Err(format!("the URL that was given out begins with `{}://`, not with `https://`", url.scheme()))
        }
    }
}

/// Whether what is sent there can be read by nobody on the way.
fn is_safe(url: &Url, may_be_here: bool) -> bool {
    url.has_host() && (url.scheme() == "https" || (may_be_here && url.scheme() == "http" && is_loopback(url)))
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Credentials;
    use feedwright_marketplace::api::Api;
    use feedwright_marketplace::api::Host;
    use feedwright_marketplace::api::LimitHeaders;

    static API: Api = Api {
        hosts: &[
            Host { id: "api", url: "https://api.example", sandbox: Some("https://sandbox.example") },
            Host { id: "sign-in", url: "https://id.example", sandbox: None },
        ],
        tokens: &[],
        operations: &[],
        headers: &[],
        limit_headers: LimitHeaders { rate: None, left: None, replenished: None },
    };

    fn addresses(hosts: Hosts) -> Result<Addresses, SettingsError> {
        let mut settings = Settings::new("shop", &API, "account", Credentials::default());
        settings.hosts = hosts;
        Addresses::new(&settings)
    }

    #[test]
    fn hosts_are_where_the_settings_say() {
        let live = addresses(Hosts::Live).unwrap();
        assert_eq!(live.at_host("api", "/v1/items?a=b%2Fc").unwrap().as_str(), "https://api.example/v1/items?a=b%2Fc");
        assert!(!live.is_here);
        let here = addresses(Hosts::At("http://127.0.0.1:8080/".to_owned())).unwrap();
        assert_eq!(here.at_host("api", "/v1").unwrap().as_str(), "http://127.0.0.1:8080/shop/api/v1");
        assert!(here.is_here);
        assert_eq!(addresses(Hosts::Sandbox).unwrap_err().0, "host `sign-in` of `shop` has no sandbox");
        for odd in ["http://example.com", "http://10.0.0.1", "ftp://127.0.0.1", "nonsense", "https://me:pw@a.example"] {
            assert!(addresses(Hosts::At(odd.to_owned())).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_path_that_would_lead_elsewhere_is_refused() {
        let live = addresses(Hosts::Live).unwrap();
        for path in [
            "@evil.example/",
            ".evil.example",
            "",
            "/items/..",
            "/items/%2e%2E/x",
            "/./x",
            "/a\\..\\b",
            "/a b",
            "/a#b",
            "/\n",
        ] {
            assert!(live.at_host("api", path).is_err(), "{path}");
        }
        assert!(live.at_host("api", "/items/..x/...").is_ok());
        assert!(live.at_host("other", "/").is_err());
        // Two slashes do not name a host here.
        assert_eq!(live.at_host("api", "//evil.example/").unwrap().host_str(), Some("api.example"));
    }

    #[test]
    fn what_was_given_out_is_encrypted_or_from_a_sandbox_on_this_machine() {
        let live = addresses(Hosts::Live).unwrap();
        assert!(live.given("https://bucket.example/x?sig=1").is_ok());
        for odd in ["http://bucket.example/?sig=secret", "http://127.0.0.1/?sig=secret", "file:///etc/secret", "secret"]
        {
            let why = live.given(odd).unwrap_err();
            assert!(!why.contains("secret"), "{why}");
        }
        let here = addresses(Hosts::At("http://[::1]:8080".to_owned())).unwrap();
        assert!(here.given("http://localhost:9/x").is_ok());
        assert!(here.given("http://bucket.example/").is_err());
    }
}
