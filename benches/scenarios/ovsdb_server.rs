//! The database server beside ovsdb-server: loading a large Southbound database, giving it to clients that connect,
//! and committing while clients watch.
//!
//! The release build of `weft-ovsdb-server`, which must have been made, and, where `OVN_PREFIX` is set, the installed
//! ovsdb-server are measured in turn: times on the wall, and what the server ran of them.
//! With 100 clients at once on 120 MB, ovsdb-server needs more than 10 GB and the clients as much; `--clients=10`
//! leaves these out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use weft_benches::measure::{argument, report, say};
use weft_benches::server::{Client, Failure, Server};
use weft_ovsdb_journal::{Log, Magic, OpenMode, OsFiles};

const FLOW_BYTES: usize = 520;

fn main() -> Result<(), Failure> {
    let (megabytes, commits) = (argument("megabytes", 120), argument("commits", 2000));
    let most_clients = argument("clients", 100);
    let directory = tempfile::tempdir()?;
    let database = directory.path().join("sb.db");
    write_database(&database, megabytes * 1_000_000 / FLOW_BYTES)?;
    let size = std::fs::metadata(&database)?.len();
    say(&format!("a Southbound database of {} MB", size / 1_000_000))?;
    let ours = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/release/weft-ovsdb-server");
    let mut programs = vec![("weft", ours)];
    if let Some(prefix) = std::env::var_os("OVN_PREFIX") {
        programs.push(("ovsdb-server", Path::new(&prefix).join("bin/ovsdb-server")));
    } else {
        say("OVN_PREFIX is not set: no ovsdb-server to compare with")?;
    }
    for (name, program) in programs {
        measure(name, &program, &database, most_clients, commits)?;
    }
    Ok(())
}

/// Writes a database in its compact form: one datapath and many logical flows.
fn write_database(path: &Path, flows: usize) -> Result<(), Failure> {
    let schema = weft_ovsdb_schema::to_json(&weft_ovsdb_schema::southbound()?);
    // Spread as random ones are: ovsdb-server's hash of a uuid is its first 32 bits.
    let uuid =
        |kind: u8, n: usize| uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, format!("{kind} {n}").as_bytes());
    let datapath = uuid(1, 0);
    let mut record = format!(
        "{{\"Datapath_Binding\":{{\"{datapath}\":{{\"tunnel_key\":1,\"external_ids\":[\"map\",[[\"name\",\"s\"]]]}}}},\
         \"Logical_Flow\":{{"
    );
    for n in 0..flows {
        let separator = if n > 0 { "," } else { "" };
        let id = uuid(2, n);
        record.push_str(&format!(
            "{separator}\"{id}\":{{\"logical_datapath\":[\"uuid\",\"{datapath}\"],\"pipeline\":\"ingress\",\
             \"table_id\":{},\"priority\":{},\"match\":\"eth.src == {{0a:58:0a:f4:{:02x}:{:02x}, 0a:58:a9:fe:01:01}} \
             && inport == \\\"node-{}_pod-{n}\\\" && ip4.src == {{10.244.{}.{}, 169.254.169.1}}\",\
             \"actions\":\"reg0[15] = check_in_port_sec(); next; /* {n} */\",\"external_ids\":[\"map\",\
             [[\"source\",\"northd.c:{}\"],[\"stage-hint\",\"{:08x}\"],[\"stage-name\",\"ls_in_check_port_sec\"]]]}}",
            n % 30, n % 1000, n >> 8 & 255, n & 255, n / 100, n >> 8 & 255, n & 255, n % 9000, n
        ));
    }
    record.push_str("},\"_date\":1700000000000}");
    let mut log = Log::open(Arc::new(OsFiles), path, OpenMode::CreateNew, &[Magic::STANDALONE])?;
    log.append(&schema.to_string())?;
    log.append(&record)?;
    Ok(log.sync()?)
}

fn measure(
    name: &str,
    program: &Path,
    source: &Path,
    most_clients: usize,
    commits: usize,
) -> Result<(), Failure> {
    let directory = tempfile::tempdir()?;
    let database = directory.path().join("sb.db");
    std::fs::copy(source, &database)?;
    let begin = Instant::now();
    let server = Server::start(program, directory.path(), &database)?;
    server.connect()?.call("list_dbs", &json!([]))?;
    let load_ms = begin.elapsed().as_secs_f64() * 1e3;
    let mut figures = vec![("server", json!(name)), ("load_ms", json!(load_ms))];
    figures.push(("load_ran_ms", json!(server.ran_ms()?)));
    figures.push(("loaded_mib", json!(server.memory_mib()?.1)));
    for (clients, key, ran_key) in [
        (1, "monitor_1_ms", "monitor_1_ran_ms"),
        (10, "monitor_10_ms", "monitor_10_ran_ms"),
        (100, "monitor_100_ms", "monitor_100_ran_ms"),
    ] {
        if clients <= most_clients {
            let before_ms = server.ran_ms()?;
            figures.push((key, json!(monitors_ms(&server, clients)?)));
            figures.push((ran_key, json!(server.ran_ms()? - before_ms)));
        }
    }
    figures.push(("monitored_peak_mib", json!(server.memory_mib()?.0)));
    for (key, ran_key, watchers) in
        [("commits_s_1", "commit_1_ran_us", 1), ("commits_s_100", "commit_100_ran_us", 100)]
    {
        let before_ms = server.ran_ms()?;
        figures.push((key, json!(commits_per_s(&server, watchers, commits)?)));
        figures.push((ran_key, json!((server.ran_ms()? - before_ms) * 1000 / commits as u64)));
    }
    let (peak, now) = server.memory_mib()?;
    figures.extend([("peak_mib", json!(peak)), ("end_mib", json!(now))]);
    report("ovsdb_server", &figures)?;
    Ok(())
}

fn monitor(client: &mut Client) -> Result<usize, Failure> {
    let zero = uuid::Uuid::nil().to_string();
    let tables = json!({ "Logical_Flow": {}, "Datapath_Binding": {}, "SB_Global": {}, "Chassis": {} });
    client.call("monitor_cond_since", &json!(["OVN_Southbound", "m", tables, zero])).map(|reply| reply.len())
}

/// The time until all of so many clients, who connect at once, have the database.
fn monitors_ms(server: &Server, clients: usize) -> Result<f64, Failure> {
    let mut connected = (0..clients).map(|_| server.connect()).collect::<Result<Vec<_>, _>>()?;
    let begin = Instant::now();
    std::thread::scope(|scope| {
        let threads: Vec<_> = connected.iter_mut().map(|client| scope.spawn(|| monitor(client))).collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().map_err(|_| Failure::from("a client panicked"))??;
            Ok::<(), Failure>(())
        })
    })?;
    Ok(begin.elapsed().as_secs_f64() * 1e3)
}

/// How many transactions of one writer a second are committed while clients watch.
fn commits_per_s(server: &Server, watchers: usize, commits: usize) -> Result<f64, Failure> {
    let mut clients = (0..watchers).map(|_| server.connect()).collect::<Result<Vec<_>, _>>()?;
    let params =
        json!(["OVN_Southbound", "m", { "SB_Global": {}, "Chassis": {} }, uuid::Uuid::nil().to_string()]);
    for client in &mut clients {
        client.call("monitor_cond_since", &params)?;
    }
    let ends = clients.iter().map(|client| client.try_clone_stream()).collect::<Result<Vec<_>, _>>()?;
    let mut writer = server.connect()?;
    let insert = json!(["OVN_Southbound", { "op": "insert", "table": "SB_Global", "row": {} }]);
    writer.call("transact", &insert)?;
    let elapsed = std::thread::scope(|scope| {
        for mut client in clients {
            // Until its connection is shut down below.
            scope.spawn(move || while client.receive().is_ok() {});
        }
        let begin = Instant::now();
        let result = (0..commits).try_for_each(|n| {
            let row = json!({ "nb_cfg": n });
            let update = json!({ "op": "update", "table": "SB_Global", "where": [], "row": row });
            writer.call("transact", &json!(["OVN_Southbound", update])).map(drop)
        });
        let elapsed = begin.elapsed();
        for end in ends {
            end.shutdown(std::net::Shutdown::Both)?;
        }
        result.map(|()| elapsed)
    })?;
    writer.call(
        "transact",
        &json!(["OVN_Southbound", { "op": "delete", "table": "SB_Global", "where": [] }]),
    )?;
    Ok(commits as f64 / elapsed.as_secs_f64())
}
