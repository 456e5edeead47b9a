use rustls::SupportedCipherSuite;

use super::tls::TlsFiles;

/// The cipher suites that a configuration admits: its ciphers decide about TLS 1.2, its cipher suites about TLS 1.3.
///
/// A list is OpenSSL's: names of ciphers, names with an exclamation mark for what is not admitted, and words such as
/// `HIGH`. One that names none that there is admits all others.
pub(super) fn admitted(all: &[SupportedCipherSuite], files: &TlsFiles) -> Vec<SupportedCipherSuite> {
    let is_1_3 = |suite: &SupportedCipherSuite| suite.tls13().is_some();
    let (newer, older): (Vec<_>, Vec<_>) = all.iter().copied().partition(is_1_3);
    [named(newer, files.ciphersuites.as_deref()), named(older, files.ciphers.as_deref())].concat()
}

/// Words of OpenSSL that stand for many ciphers, all of which are admitted.
const GROUPS: &[&str] = &["ALL", "DEFAULT", "HIGH"];

fn named(all: Vec<SupportedCipherSuite>, list: Option<&str>) -> Vec<SupportedCipherSuite> {
    let Some(list) = list else { return all };
    let words = || list.split([':', ',', ' ']);
    let name = |suite: &SupportedCipherSuite| suite.suite().as_str().map(openssl_name).unwrap_or_default();
    let is_excluded = |name: &str| words().any(|word| word.strip_prefix(['!', '-']) == Some(name));
    let is_named = |name: &str| words().any(|word| word == name);
    let all: Vec<_> = all.into_iter().filter(|suite| !is_excluded(&name(suite))).collect();
    let admitted: Vec<_> = all.iter().filter(|suite| is_named(&name(suite))).copied().collect();
    if !admitted.is_empty() {
        return admitted;
    }
    if !words().any(|word| GROUPS.contains(&word)) {
        tracing::warn!(
            target: "stream_ssl", per_minute = 1,
            "{list}: no cipher of such a name is known here, admitting all"
        );
    }
    all
}

/// OpenSSL's name of a suite, from the library's.
fn openssl_name(name: &str) -> String {
    if let Some(rest) = name.strip_prefix("TLS13_") {
        return format!("TLS_{rest}");
    }
    let name = name.trim_start_matches("TLS_").replace("_WITH_", "_").replace("AES_", "AES");
    name.replace("POLY1305_SHA256", "POLY1305").replace('_', "-")
}

#[cfg(test)]
mod tests {
    use rustls::crypto::ring::default_provider;

    use super::{TlsFiles, admitted, openssl_name};

    #[test]
    fn suites_have_openssls_names() {
        let suites = default_provider().cipher_suites;
        let names: Vec<String> =
            suites.iter().filter_map(|suite| suite.suite().as_str().map(openssl_name)).collect();
        assert_eq!(
            names,
            [
                "TLS_AES_256_GCM_SHA384",
                "TLS_AES_128_GCM_SHA256",
                "TLS_CHACHA20_POLY1305_SHA256",
                "ECDHE-ECDSA-AES256-GCM-SHA384",
                "ECDHE-ECDSA-AES128-GCM-SHA256",
                "ECDHE-ECDSA-CHACHA20-POLY1305",
                "ECDHE-RSA-AES256-GCM-SHA384",
                "ECDHE-RSA-AES128-GCM-SHA256",
                "ECDHE-RSA-CHACHA20-POLY1305",
            ]
        );
    }

    #[test]
    fn a_list_admits_what_it_names_and_all_if_it_names_nothing_known() {
        let suites = default_provider().cipher_suites;
        let files = |ciphers: &str, ciphersuites: &str| TlsFiles {
            ciphers: Some(ciphers.to_owned()),
            ciphersuites: Some(ciphersuites.to_owned()),
            ..TlsFiles::default()
        };
        let names = |files: &TlsFiles| -> Vec<String> {
            let suites = admitted(&suites, files);
            suites.iter().filter_map(|suite| suite.suite().as_str().map(openssl_name)).collect()
        };
        let some = files("ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA", "TLS_AES_128_GCM_SHA256");
        assert_eq!(names(&some), ["TLS_AES_128_GCM_SHA256", "ECDHE-RSA-AES256-GCM-SHA384"]);
        assert_eq!(names(&files("HIGH:!aNULL:!MD5", "DEFAULT")).len(), suites.len());
        let without = names(&files("DEFAULT:@SECLEVEL=2:!ECDHE-RSA-AES256-GCM-SHA384", "DEFAULT"));
        assert_eq!(without.len(), suites.len() - 1);
        assert!(!without.contains(&"ECDHE-RSA-AES256-GCM-SHA384".to_owned()));
    }
}
