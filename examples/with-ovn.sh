#!/usr/bin/env bash
# Runs ovn-northd between two real ovsdb-servers, makes a small network, and shows its flows.
# Argument: the ovn-northd to run. OVN_PREFIX: where bin/ and schemas/ of an installed OVN are.
set -euo pipefail
northd=$(realpath "${1:?which ovn-northd}")
prefix=${OVN_PREFIX:-/usr}
schemas=$prefix/schemas
[ -d "$schemas" ] || schemas=$prefix/share/ovn
bin=$prefix/bin
PATH=$bin:$prefix/sbin:$PATH
command -v ovsdb-server >/dev/null && command -v ovn-nbctl >/dev/null || {
    echo "no installed OVN under $prefix: set OVN_PREFIX" >&2
    exit 1
}

run=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXX")
export OVN_RUNDIR=$run OVS_RUNDIR=$run OVN_LOGDIR=$run OVS_LOGDIR=$run
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait; rm -rf "$run"' EXIT
for db in nb sb; do
    ovsdb-tool create "$run/$db.db" "$schemas/ovn-$db.ovsschema"
    ovsdb-server -vconsole:off --remote="punix:$run/ovn${db}_db.sock" --unixctl="$run/$db.ctl" "$run/$db.db" &
    pids+=($!)
done
"$northd" -vconsole:warn --unixctl="$run/northd.ctl" --ovnnb-db="unix:$run/ovnnb_db.sock" \
    --ovnsb-db="unix:$run/ovnsb_db.sock" &
pids+=($!)

nbctl() { ovn-nbctl --db="unix:$run/ovnnb_db.sock" --timeout=20 "$@"; }
until [ -S "$run/ovnnb_db.sock" ] && [ -S "$run/ovnsb_db.sock" ]; do sleep 0.1; done
nbctl ls-add sw0 -- lsp-add sw0 p1 -- lsp-set-addresses p1 "00:00:00:00:00:01 10.0.0.1"
nbctl --wait=sb lsp-add sw0 p2 -- lsp-set-addresses p2 unknown
ovn-sbctl --db="unix:$run/ovnsb_db.sock" --timeout=20 lflow-list sw0 | grep -E "Datapath|l2_lkup|l2_unknown|put_fdb"
