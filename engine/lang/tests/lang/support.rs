//! Rule text to the diagnostics that its author sees.

use weft_lang::{Checked, OvnSchemas, SourceFile, compile_source};
use weft_syntax::render::{Style, render};

/// What all snippets may refer to.
const PRELUDE: &str = r#"
database nb from "ovn-nb.schema"
database sb from "ovn-sb.schema"
output sb.Port_Binding {
    key   logical_port
    write type, datapath, tunnel_key, tag, mac, options
    init  up = false
}
output sb.Datapath_Binding { key nb_uuid write tunnel_key, external_ids }
output sb.Port_Group { key name write ports }
pipeline switch.ingress over Switch { stage ls_in_acl stage ls_in_l2_lkup }
pipeline router.ingress over Router { stage lr_in_routing }
extern type Ip = string
record Address { mac: string, ips: List<Ip> }
extern fn parse_address(text: string) -> Option<Address>
entity Switch from ls in nb.Logical_Switch {
    ports = inverse Port.switch
    is_big = ports.size > 10
}
entity Port from lsp in nb.Logical_Switch_Port {
    switch: Switch = Switch[the(s for s in nb.Logical_Switch where lsp in s.ports)] else skip
    addresses = list { a for text in lsp.addresses, let a = parse_address(text) else skip }
}
entity Router from lr in nb.Logical_Router {}
"#;

/// Checks rule text after the prelude.
pub(crate) fn check(text: &str) -> (Checked, Vec<SourceFile>) {
    let prelude = SourceFile { path: "prelude.weft".to_owned(), text: PRELUDE.to_owned() };
    let rules = SourceFile { path: "rules.weft".to_owned(), text: text.to_owned() };
    let files = vec![prelude, rules];
    (compile_source(files.clone(), &OvnSchemas), files)
}

/// The diagnostics about rule text that follows the prelude, as they are shown.
pub(crate) fn diagnostics(text: &str) -> String {
    let (checked, files) = check(text);
    let own: Vec<_> = checked
        .diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.span.file.0 == 1 || diagnostic.code != "W0501")
        .collect();
    render(&own, &files, Style::Plain)
}
