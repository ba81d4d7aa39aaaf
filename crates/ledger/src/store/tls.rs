//! A connection nobody reads along.

use super::Trouble;
use postgres_rustls::MakeRustlsConnect;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::path::Path;
use std::sync::Arc;

/// How the server's certificate is checked: against the authorities in a file, or those of the system.
pub(super) fn connector(authorities: Option<&Path>) -> Result<MakeRustlsConnect, Trouble> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|why| Trouble::broken(format!("TLS cannot be set up: {why}")))?;
    let builder = match authorities {
        Some(path) => builder.with_root_certificates(read(path)?),
        None => builder
            .with_platform_verifier()
            .map_err(|why| Trouble::broken(format!("the system's certificate authorities cannot be read: {why}")))?,
    };
    Ok(MakeRustlsConnect::new(builder.with_no_client_auth()))
}

fn read(path: &Path) -> Result<RootCertStore, Trouble> {
    let unreadable = |why: &str| Trouble::broken(format!("`sslrootcert` {} cannot be read: {why}", path.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|why| unreadable(&why.to_string()))? {
        let certificate = certificate.map_err(|why| unreadable(&why.to_string()))?;
        roots.add(certificate).map_err(|why| unreadable(&why.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unreadable("it holds no certificate"));
    }
    Ok(roots)
}
