#!/usr/bin/env bash
# Plants one fault after the other in the rule, and tells which of them the engine's tests catch.
#
# Each works in a copy of the working tree below target/: nothing here is changed. Fails if a fault survives, or can no
# longer be planted because the code has moved on. Words as arguments choose faults by their text.
set -euo pipefail
cd "$(dirname "$0")/.."
copy=$PWD/target/mutants/tree
export CARGO_TARGET_DIR=$PWD/target/mutants/target
export RUST_BACKTRACE=0 CARGO_TERM_COLOR=never

# file below crates/engine/src | what is wrong then | sed that plants it, which changes exactly one line
faults() {
    cat <<'FAULTS'
resolve.rs|an expired row still speaks|s/r\.distance >= from && !r\.grant\.is_expired(now)/r.distance >= from/
resolve.rs|an exact row for everyone silences a person's own|s/x\.grant\.holder\.rank() <= rank/true/
resolve.rs|an exact row does not silence on its own entry|s/nearest <= row\.distance/nearest < row.distance/
resolve.rs|the weakest exact row governs|s/exact()\.map(order)\.min()/exact().map(order).max()/
resolve.rs|every exact row is heard|s/if row\.grant\.exact { order(row) == governing }/if row.grant.exact { true }/
resolve.rs|a file's own exact row has no precedence|s/let is_inherited = is_file && row\.distance > from;/let is_inherited = false;/
resolve.rs|the least restrictive of equals governs|s/row\.distance, Reverse(level), size)/row.distance, Reverse(0), size)/
resolve.rs|the size of a set does not count among equals|s/Reverse(level), size)/Reverse(level), 0)/
solve.rs|share is handed on without delegate|s/(true, false) => capabilities - RESERVED/(true, false) => capabilities/
solve.rs|an issuer without share gives|s/(false, _) => Capabilities::NONE/(false, _) => capabilities/
solve.rs|a gift is not cut to what its issuer has here|s/let cut = gift\.grant\.capabilities & self\.value(gift\.here);/let cut = gift.grant.capabilities;/
solve.rs|an app has more than its person|s/let value = node\.given & person;/let value = node.given;/
solve.rs|what has grown is not told to all|s/grown\.extend(dependants\.iter()\.filter_map/grown.extend(dependants.iter().take(1).filter_map/
solve.rs|what grows twice is told once|s/node\.dependants = dependants;/node.dependants = Vec::new();/
scan.rs|a suspended issuer gives|s/row\.is_issuer_active && !row\.grant/!row.grant/
scan.rs|authority is asked where the question is, not where the grant stands|s/let there = if level == distance/let there = if level >= distance/
scan.rs|a grant to an app of anybody's needs no authority|s/let is_own = to_helper && .*;/let is_own = to_helper;/
scan.rs|a grant to one's own app needs authority|s/let is_own = to_helper && .*;/let is_own = false;/
scan.rs|a holding outlives the next expiry|s/expiries\.chain(self\.scan\.until)\.min()/expiries.chain(self.scan.until).max()/
scan.rs|rows are not bounded|s/if rows\.len() > left {/if false {/
scan.rs|people are not bounded|s/if self\.rows\.len() >= self\.limits\.users {/if false {/
scan.rs|dependencies are not bounded|s/if self\.step_count > self\.limits\.steps {/if false {/
scan.rs|what is planned to go still counts|s/(!self\.removed\.contains(&row\.grant\.id))\.then_some(row)/Some(row)/
check.rs|a suspended person has what he had|s/|person| source\.is_active(person))?;/|person| source.is_active(person).map(|_| true))?;/
plan/give.rs|one gives to oneself|s/if wish\.holder == Holder::User(wish\.issuer) {/if false {/
plan/give.rs|anybody lifts a deny|s/if !issuer\.capabilities\.has(Capability::Manage) {/if false {/
plan/give.rs|a dead exact row passes for a share|s/let given = self\.backed(source, &grant, now)?;/let given = grant.capabilities;/
plan/give.rs|a deny by leaving is lifted by whom it names|s/g\.issuer == wish\.issuer && g\.origin != LEFT/g.issuer == wish.issuer/
plan/give.rs|what takes the place of a restriction is none|s/let stays_exact = !replaced\.is_empty();/let stays_exact = false;/
plan/give.rs|a share that ends takes a restriction with it|s/if only_raises \&\& replaced\.iter()/if false \&\& replaced.iter()/
plan/edit.rs|what is written back as it was shown takes something away|s/let is_shown = is_shown(grant, \&terms\.permission);/let is_shown = false;/
plan/edit.rs|a deny ends with the gift that it replaces|s/grant\.expires_at\.filter(|_| !is_other)/grant.expires_at/
plan/leave.rs|what falls with who leaves lets him in|s/ \&\& !fallen\.contains(\&g\.id);/;/
plan/leave.rs|no deny is written|s/} else if is_left || is_restricted {/} else if false {/
plan/leave.rs|who leaves twice takes away what keeps him from more|s/^        if has_left {/        if false {/
plan/leave.rs|who leaves a directory gets more below it|s/Resource::Entry(_) => !place\.is_file,/Resource::Entry(_) => false,/
plan/leave.rs|who leaves takes a deny of his away|s/let stays = |g: \&Grant| g\.is_deny() || /let stays = |g: \&Grant| /
plan/leave.rs|what sleeps when he leaves is forgotten|s/\&\& (!node\.value\.is_empty() || !own\.is_empty());/\&\& !node.value.is_empty();/
plan/revoke.rs|a grant to another's app stays|s/|| grant\.holder\.is_app_of(grant\.issuer);/|| matches!(grant.holder, Holder::App { user: Some(_), .. });/
plan/revoke.rs|what never had authority falls|s/|(_, (had, has))| \*had && !\*has/|(_, (_, has))| !*has/
plan/revoke.rs|exact rows that fall still silence|s/filter(|c| c\.grant\.exact)\.collect();/filter(|_| false).collect();/
plan/revoke.rs|denies fall|s/^    !grant\.is_deny() && !is_to/    !is_to/
plan/revoke.rs|only what hangs on the revoked grant itself falls|s/^        front = next;/        front = Vec::new();/
plan/revoke.rs|what carries no authority is followed, and what does is not|s/grant\.capabilities\.intersects(AUTHORITY)) {/!grant.capabilities.intersects(AUTHORITY)) {/
plan/revoke.rs|what hangs on delegate alone stays|s/= Capabilities::of(&\[Capability::Share, Capability::Delegate\]);/= Capabilities::of(\&[Capability::Share]);/
plan/revoke.rs|an exact grant is taken over without manage|s/(!grant\.exact || has\.has(Capability::Manage))/true/
plan/revoke.rs|more is taken over than one has|s/has\.covers(needed_to_give(grant\.capabilities))/has.has(Capability::Share)/
plan/refusal.rs|an exact row is given without manage|s/if is_exact { wanted | Capability::Manage\.into() } else { wanted }/wanted/
plan/refusal.rs|what hands on share is given without delegate|s/if capabilities\.intersects(RESERVED) { needed | Capability::Delegate\.into() } else { needed }/needed/
plan/refusal.rs|one lifts one's own restriction|s/(!grant\.exact || grant\.origin == LEFT)/true/
dormancy.rs|a deny of a suspended issuer counts as asleep|s/!(grant\.is_deny() || source\.is_active(grant\.issuer)?)/!source.is_active(grant.issuer)?/
dormancy.rs|a silenced grant counts as live|s/if !self\.is_heard(source, grant, now)? {/if false {/
dormancy.rs|a grant without authority counts as live|s/Ok(if is_own { cut } else { handed_on(cut, issuer) })/Ok(cut)/
access.rs|who is reached twice is listed twice|s/ && self\.is_first_reached_by(holder, user)? {/ {/
access.rs|a page ends before its last member|s/Progress::UpTo(\*last));/Progress::All);/
access.rs|the owner is listed again as a member|s/if Some(user) != self\.owner && /if /
access.rs|a forged cursor lists whom it names|s/if \*members != Progress::All && !self\.has_members(holder)? {/if false {/
access.rs|what others have through a group is told|s/=> tells(person, \*group),/=> true,/
FAULTS
}

chosen() { # the text of a fault, and the words
    local text=$1 word
    shift
    [ $# -eq 0 ] && return
    for word in "$@"; do [[ $text == *"$word"* ]] && return; done
    return 1
}

tests() { timeout 600 cargo test --quiet --package vouchsafe-engine --lib "$@" >"$copy/../log" 2>&1; }

rm -rf "$copy"
mkdir -p "$copy"
git ls-files -z --cached --others --exclude-standard | xargs -0 -I{} sh -c '[ ! -e "$1" ] || cp --parents "$1" "$2"' _ {} "$copy"
cd "$copy"
echo "without a fault"
tests || { tail -50 ../log; echo "the tests fail without a fault" >&2; exit 1; }

failures=0
count=0
while IFS="|" read -r -u3 file what plant; do
    chosen "$file: $what" "$@" || continue
    count=$((count + 1))
    source=crates/engine/src/$file
    cp "$source" ../original
    sed -i "$plant" "$source"
    changed=$(diff ../original "$source" | grep -c '^>' || true)
    if [ "$changed" -ne 1 ]; then
        verdict="NOT PLANTED: it changes $changed lines"
    elif ! tests --no-run; then
        verdict="NOT PLANTED: it does not compile"
    elif tests -- --skip hard && tests -- hard; then
        verdict=SURVIVED
    else
        verdict=caught
    fi
    [ "$verdict" = caught ] || failures=$((failures + 1))
    printf '%-9s %s: %s\n' "$verdict" "$file" "$what"
    cp ../original "$source"
    touch "$source"
done 3< <(faults)
echo "$((count - failures)) of $count caught"
[ "$failures" -eq 0 ]
