-------------------------------- MODULE Join --------------------------------
(* How a paper waits for its runs: a fork and a join made of journals and messages alone. The    *)
(* paper's journal says which runs were asked for and which were folded in; each run has its own *)
(* journal; design items carry no news, they only say "look". Journal.tla has the rest.          *)
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS Designers,      \* model values: the workers of `design`
          Runners,        \* model values: the workers of `run`
          RunCount,       \* runs of the plan, numbered as asked for: a stand-in for (visit, ordinal)
          Allowance,      \* how many attempts of a run are paid for when it is asked for
          Cap,            \* the paper's budget, in attempts
          Crashes,        \* how many kills
          Expulsions,     \* how often the log wrongly believes a worker dead and delivers to another
          Duplicates,     \* how often the log delivers an acknowledged message again
          Cancels,        \* how often a person ends a run
          Losses,         \* how often the log loses everything and is refilled from the journals
          Mutation        \* "none", or the planted mistake (each is marked below)

Runs    == 1..RunCount
Paper   == 0              \* the key of the paper; a run's key is its number
Keys    == {Paper} \cup Runs
Workers == Designers \cup Runners
Mutated(name) == Mutation = name

VARIABLES journal,        \* key -> the truth: entries [kind, worker, runs, attempts]
          messages,       \* key -> [ready, holder, done]: items of one key are alike, so they are counted
          worker,         \* worker -> [at, key, seen, run, attempt, queue, ask, taken]
          calls,          \* what was really executed: a set of [run, attempt]
          folds,          \* run -> how often its result was taken into the paper
          plans,          \* what was decided, and with which ends: a set of [mark, ends]
          faults          \* what is left of the faults, and whether the log is lost

vars == <<journal, messages, worker, calls, folds, plans, faults>>

Idle == [at |-> "idle", key |-> 0, seen |-> 0, run |-> 0, attempt |-> 0, queue |-> {}, ask |-> {}, taken |-> {}]
Entry(kind, w, runs, n) == [kind |-> kind, worker |-> w, runs |-> runs, attempts |-> n]
Least(set) == CHOOSE x \in set : \A y \in set : x <= y

(* ------------------------------ reading a journal ------------------------------ *)
Numbers(j, kind) == {i \in 1..Len(j) : j[i].kind = kind}
Has(j, kind, a)  == \E i \in Numbers(j, kind) : j[i].attempts = a
\* a run's
Claimed(j)  == Numbers(j, "claimed") # {}
Ended(j)    == Numbers(j, "finished") \cup Numbers(j, "deadLettered") \cup Numbers(j, "cancelled") # {}   \* an end of any kind
Attempts(j) == Cardinality(Numbers(j, "started"))                                \* settled, abandoned and open: all are on the books
Dangling(j) == {a \in 1..Attempts(j) : ~Has(j, "settled", a) /\ ~Has(j, "abandoned", a)}
\* the paper's
Over(j)        == Numbers(j, "stageFinished") # {}
Asked(j)       == UNION {j[i].runs : i \in Numbers(j, "asked")}
Folded(j)      == UNION {j[i].runs : i \in Numbers(j, "folded")}
Outstanding(j) == Asked(j) \ Folded(j)
Unsure(j)      == UNION {j[i].runs : i \in {n \in Numbers(j, "asked") : \A v \in Numbers(j, "waiting") : v < n}} \ Folded(j)
                  \* asked for by a visit that didn't come to `waiting`: perhaps never published
Spent(j, r)    == IF r \in Folded(j) THEN j[CHOOSE i \in Numbers(j, "folded") : r \in j[i].runs].attempts ELSE Allowance
RECURSIVE Sum(_, _)
Sum(j, set)    == IF set = {} THEN 0 ELSE LET r == Least(set) IN Spent(j, r) + Sum(j, set \ {r})
OnTheBooks(j)  == Sum(j, Asked(j))
Certain(j)     == UNION {j[i].runs : i \in {n \in Numbers(j, "asked") : \E v \in Numbers(j, "waiting") : v > n}}
Named(j)       == Cardinality(IF Mutated("visitAtWaiting") THEN Certain(j) ELSE Asked(j))
NextRuns(j, n) == {r \in Runs : r > Named(j) /\ r <= Named(j) + n}   \* a visit's number is used up by its ask, not by `waiting`
Room(j)        == {n \in 1..(RunCount - Cardinality(Asked(j))) : OnTheBooks(j) + n * Allowance <= Cap}
Complete(j)    == Room(j) = {}                        \* the plan has no more runs, or the budget none

(* ------------------------------ the log ------------------------------ *)
Live(k)   == messages[k].ready > 0 \/ messages[k].holder # "none"
Total(k)  == messages[k].ready + messages[k].done + (IF messages[k].holder = "none" THEN 0 ELSE 1)
Holds(w)  == messages[worker[w].key].holder = w
Published(k) == [messages EXCEPT ![k].ready = @ + 1]
GivenBack(w) == IF Holds(w) THEN [messages EXCEPT ![worker[w].key] = [ready |-> @.ready + 1, holder |-> "none", done |-> @.done]] ELSE messages
Done(w)      == IF Holds(w) THEN [messages EXCEPT ![worker[w].key] = [ready |-> @.ready, holder |-> "none", done |-> @.done + 1]] ELSE messages

Seen(w) == SubSeq(journal[worker[w].key], 1, worker[w].seen)   \* what a worker knows: perhaps no longer all there is
Move(w, changes) == worker' = [worker EXCEPT ![w] = changes @@ @]
Current(w) == worker[w].seen = Len(journal[worker[w].key])
Append1(w, e, changes) ==                             \* put if absent: only at the end that this worker has seen
    IF Current(w)
    THEN /\ journal' = [journal EXCEPT ![worker[w].key] = Append(@, e)] /\ Move(w, [seen |-> worker[w].seen + 1] @@ changes)
         /\ UNCHANGED messages
    ELSE IF w \in Runners /\ journal[worker[w].key][worker[w].seen + 1].kind = "cancelled"
    THEN /\ Move(w, [at |-> IF Mutated("cancelSilent") THEN "acknowledge" ELSE "publish"])   \* ended by a person: the paper is told
         /\ UNCHANGED <<journal, messages>>
    ELSE /\ worker' = [worker EXCEPT ![w] = Idle] /\ messages' = GivenBack(w)    \* superseded: give the delivery back unacknowledged
         /\ UNCHANGED journal

Init ==
    /\ journal = [k \in Keys |-> <<>>]
    /\ messages = [k \in Keys |-> [ready |-> IF k = Paper THEN 1 ELSE 0, holder |-> "none", done |-> 0]]
    /\ worker = [w \in Workers |-> Idle]
    /\ calls = {} /\ folds = [r \in Runs |-> 0] /\ plans = {}
    /\ faults = [crash |-> Crashes, expel |-> Expulsions, duplicate |-> Duplicates, cancel |-> Cancels, loss |-> Losses, lost |-> FALSE]

(* ------------------------------ both pools ------------------------------ *)
Take(w) == \E k \in (IF w \in Designers THEN {Paper} ELSE Runs) :
    /\ worker[w].at = "idle" /\ messages[k].ready > 0
    /\ messages[k].holder = "none"                    \* one delivery per key at a time
    /\ messages' = [messages EXCEPT ![k] = [ready |-> @.ready - 1, holder |-> w, done |-> @.done]]
    /\ Move(w, [at |-> "read", key |-> k])
    /\ UNCHANGED <<journal, calls, folds, faults>>

Claim(w, changes) ==                                  \* reads and claims in one: a claim that fails only means read again
    /\ journal' = [journal EXCEPT ![worker[w].key] = Append(@, Entry("claimed", w, {}, 0))]
    /\ Move(w, [seen |-> Len(journal[worker[w].key]) + 1] @@ changes)

Acknowledge(w) ==                                     \* only its holder can; a stale acknowledgement does nothing
    /\ worker[w].at = "acknowledge"
    /\ messages' = Done(w)
    /\ worker' = [worker EXCEPT ![w] = Idle]
    /\ UNCHANGED <<journal, calls, folds, faults>>

(* ------------------------------ a visit of design ------------------------------ *)
NothingNew(j) == \A r \in Outstanding(j) : ~Ended(journal[r])

Visit(w) ==                                           \* a stage that is over is never claimed again: its paper has moved on
    LET j == journal[Paper] IN
    /\ worker[w].at = "read" /\ w \in Designers
    /\ \/ Over(j) /\ Move(w, [at |-> "acknowledge"]) /\ UNCHANGED journal
       \/ (~Over(j) \/ Mutated("claimOver")) /\ Claim(w, [at |-> "look", run |-> 1])
       \/ /\ ~Over(j) /\ Outstanding(j) # {} /\ NothingNew(j)                    \* needs no claim, if nothing is unsure
          /\ Unsure(j) = {} \/ Mutated("nothingNew")
          /\ Move(w, [at |-> "acknowledge"]) /\ UNCHANGED journal
    /\ UNCHANGED <<messages, calls, folds, faults>>

Mark(j) == LET marks == Numbers(j, "asked") \cup Numbers(j, "waiting") IN       \* where the visit begins
           IF marks = {} THEN 0 ELSE CHOOSE i \in marks : \A n \in marks : n <= i
HasFolded(j) == \E i \in Numbers(j, "folded") : i > Mark(j)                     \* the visit has its end already
Ahead(w) == IF HasFolded(Seen(w)) /\ ~Mutated("foldAll") THEN {} ELSE {r \in Outstanding(Seen(w)) : r >= worker[w].run}

Look(w) ==                                            \* one run after the other, up to one end: a repetition decides with the same ends
    LET x == worker[w]   r == Least(Ahead(w)) IN
    /\ x.at = "look" /\ Ahead(w) # {}
    /\ IF ~Ended(journal[r]) THEN Move(w, [run |-> r + 1]) /\ UNCHANGED <<journal, messages, folds>>
       ELSE IF Mutated("foldUnjournaled") THEN
            /\ folds' = [folds EXCEPT ![r] = @ + 1] /\ Move(w, [run |-> r + 1, taken |-> x.taken \cup {r}])
            /\ UNCHANGED <<journal, messages>>
       ELSE IF Mutated("foldBeforeEntry") /\ r \notin x.taken THEN
            /\ folds' = [folds EXCEPT ![r] = @ + 1] /\ Move(w, [taken |-> x.taken \cup {r}])
            /\ UNCHANGED <<journal, messages>>
       ELSE LET booked == IF Mutated("foldSettledOnly") THEN Cardinality(Numbers(journal[r], "settled")) ELSE Attempts(journal[r]) IN
            /\ Append1(w, Entry("folded", w, {r}, booked),   \* the entry is the fold, what uses the result comes later
                       [run |-> r + 1, attempt |-> IF \E q \in Outstanding(Seen(w)) \ {r} : Ended(journal[q]) THEN 1 ELSE 2])
            /\ folds' = IF Current(w) /\ ~Mutated("foldBeforeEntry") THEN [folds EXCEPT ![r] = @ + 1] ELSE folds
    /\ UNCHANGED <<calls, faults>>

Decide(w) ==                                          \* finish, or ask for more (journaled first), or wait for what is out
    LET x == worker[w]   j == Seen(w)   out == Outstanding(j) \ x.taken
        doubtful == IF Mutated("everyVisit") THEN Outstanding(j) ELSE Unsure(j)
        again == IF Mutated("noRepublish") THEN {} ELSE {r \in doubtful : ~Claimed(journal[r])}
        more == HasFolded(j) /\ x.attempt # 2 /\ ~Mutated("oneOnly")          \* others may have ended: a predecessor folded, or they were seen
        Publishing(runs, ask) == [at |-> "publish", run |-> 0, queue |-> again \cup runs, ask |-> ask, attempt |-> IF more THEN 1 ELSE 0]
        decides == HasFolded(j) \/ Outstanding(j) = {} IN                       \* with nothing new there is nothing to decide
    /\ x.at = "look" /\ Ahead(w) = {}
    /\ plans' = IF decides THEN plans \cup {[mark |-> Mark(j), ends |-> Folded(j)]} ELSE plans
    /\ \/ /\ decides
          /\ out = {} \/ (Mutated("finishEarly") /\ Folded(j) # {})
          /\ Complete(j)
          /\ Append1(w, Entry("stageFinished", w, {}, 0), [at |-> "acknowledge", run |-> 0])
       \/ decides /\ \E n \in Room(j) :
            LET new == NextRuns(j, n) IN
            IF Mutated("publishFirst")
            THEN Move(w, Publishing(new, new)) /\ UNCHANGED <<journal, messages>>
            ELSE Append1(w, Entry("asked", w, new, 0), Publishing(new, {}))
       \/ /\ out # {} \/ (Mutated("waitForNothing") /\ Asked(j) # {})            \* nobody waits for nothing
          /\ Move(w, Publishing({}, {})) /\ UNCHANGED <<journal, messages>>
    /\ UNCHANGED <<calls, folds, faults>>

PublishRuns(w) ==                                     \* `waiting` says: all that was asked for up to here is published
    LET x == worker[w] IN
    /\ x.at = "publish" /\ w \in Designers
    /\ IF Mutated("waitingFirst") /\ x.run = 0 THEN Append1(w, Entry("waiting", w, {}, 0), [run |-> 1])
       ELSE IF x.queue # {} THEN
            LET r == Least(x.queue) IN
            messages' = Published(r) /\ Move(w, [queue |-> x.queue \ {r}]) /\ UNCHANGED journal
       ELSE IF x.ask # {} THEN Append1(w, Entry("asked", w, x.ask, 0), [ask |-> {}])
       ELSE IF Mutated("waitingFirst") THEN Move(w, [at |-> "acknowledge"]) /\ UNCHANGED <<journal, messages>>
       ELSE Append1(w, Entry("waiting", w, {}, 0), [at |-> IF x.attempt = 1 THEN "read" ELSE "acknowledge", attempt |-> 0])
    /\ UNCHANGED <<calls, folds, faults>>

(* ------------------------------ a run ------------------------------ *)
ReadRun(w) ==                                         \* an end that is there already is told again: the first telling may be lost
    LET r == worker[w].key IN
    /\ worker[w].at = "read" /\ w \in Runners
    /\ IF ~Ended(journal[r]) THEN Claim(w, [at |-> "step"])
       ELSE /\ Move(w, [at |-> IF Mutated("dropEnded") \/ (Mutated("dropFolded") /\ r \in Folded(journal[Paper]))
                              THEN "acknowledge" ELSE "publish"])
            /\ UNCHANGED journal
    /\ UNCHANGED <<messages, calls, folds, faults>>

Step(w) ==                                            \* abandon what a predecessor left open, then end, or reserve, or give up
    LET x == worker[w]   j == Seen(w)   a == Attempts(j) + 1 IN
    /\ x.at = "step"
    /\ IF Dangling(j) # {} THEN Append1(w, Entry("abandoned", w, {}, Least(Dangling(j))), [at |-> "step"])
       ELSE IF Numbers(j, "settled") # {} THEN Append1(w, Entry("finished", w, {}, 0), [at |-> "publish"])
       ELSE IF a <= Allowance THEN Append1(w, Entry("started", w, {}, a), [at |-> "call", attempt |-> a])
       ELSE Append1(w, Entry("deadLettered", w, {}, 0), [at |-> IF Mutated("deadSilent") THEN "acknowledge" ELSE "publish"])
    /\ UNCHANGED <<calls, folds, faults>>

Call(w) ==                                            \* the machine's time is spent; a frozen worker may come here late
    /\ worker[w].at = "call"
    /\ calls' = calls \cup {[run |-> worker[w].key, attempt |-> worker[w].attempt]}
    /\ Move(w, [at |-> "settle"])
    /\ UNCHANGED <<journal, messages, folds, faults>>

Settle(w) ==
    /\ worker[w].at = "settle"
    /\ Append1(w, Entry("settled", w, {}, worker[w].attempt), [at |-> "step", attempt |-> 0])
    /\ UNCHANGED <<calls, folds, faults>>

PublishDesign(w) ==
    /\ worker[w].at = "publish" /\ w \in Runners
    /\ IF Mutated("acknowledgeFirst") THEN messages' = Done(w) /\ Move(w, [at |-> "late"])
       ELSE messages' = Published(Paper) /\ Move(w, [at |-> "acknowledge"])
    /\ UNCHANGED <<journal, calls, folds, faults>>

PublishLate(w) ==                                     \* only where it acknowledged first
    /\ worker[w].at = "late"
    /\ messages' = Published(Paper) /\ worker' = [worker EXCEPT ![w] = Idle]
    /\ UNCHANGED <<journal, calls, folds, faults>>

(* ------------------------------ faults ------------------------------ *)
Crash(w) ==
    /\ faults.crash > 0 /\ worker[w].at # "idle"
    /\ faults' = [faults EXCEPT !.crash = @ - 1]
    /\ messages' = GivenBack(w)
    /\ worker' = [worker EXCEPT ![w] = Idle]
    /\ UNCHANGED <<journal, calls, folds>>

Expel(w) ==                                           \* a rebalance, a freeze: another may take what this one still works on
    /\ faults.expel > 0 /\ worker[w].at # "idle" /\ Holds(w)
    /\ faults' = [faults EXCEPT !.expel = @ - 1]
    /\ messages' = GivenBack(w)
    /\ UNCHANGED <<journal, worker, calls, folds>>

Redeliver == \E k \in Keys :
    /\ faults.duplicate > 0 /\ messages[k].done > 0
    /\ faults' = [faults EXCEPT !.duplicate = @ - 1]
    /\ messages' = [messages EXCEPT ![k] = [ready |-> @.ready + 1, holder |-> @.holder, done |-> @.done - 1]]
    /\ UNCHANGED <<journal, worker, calls, folds>>

Lose ==                                               \* every message is gone; workers that hold one don't know it
    /\ faults.loss > 0 /\ ~faults.lost
    /\ faults' = [faults EXCEPT !.loss = @ - 1, !.lost = TRUE]
    /\ messages' = [k \in Keys |-> [ready |-> 0, holder |-> "none", done |-> 0]]
    /\ UNCHANGED <<journal, worker, calls, folds>>

Recover ==                                            \* also the runs that were asked for and have no journal yet
    LET j == journal[Paper]
        runs == {r \in Asked(j) : ~Ended(journal[r]) /\ (Mutated("recoverJournals") => journal[r] # <<>>)} IN
    /\ faults.lost
    /\ faults' = [faults EXCEPT !.lost = FALSE]
    /\ messages' = [k \in Keys |-> [messages[k] EXCEPT !.ready =
                       @ + (IF k \in runs \/ (k = Paper /\ ~Over(j)) THEN 1 ELSE 0)]]
    /\ UNCHANGED <<journal, worker, calls, folds, plans>>

Cancel == \E r \in Asked(journal[Paper]) :           \* by a person's word, whoever has it
    /\ faults.cancel > 0 /\ ~Ended(journal[r])
    /\ faults' = [faults EXCEPT !.cancel = @ - 1]
    /\ journal' = [journal EXCEPT ![r] = Append(@, Entry("cancelled", "person", {}, 0))]
    /\ UNCHANGED <<messages, worker, calls, folds>>

Work(w) == \/ /\ \/ Take(w) \/ Acknowledge(w)
                 \/ Visit(w) \/ Look(w) \/ PublishRuns(w)
                 \/ ReadRun(w) \/ Step(w) \/ Call(w) \/ Settle(w) \/ PublishDesign(w) \/ PublishLate(w)
              /\ UNCHANGED plans
           \/ Decide(w)
Next == \/ \E w \in Workers : Work(w)
        \/ ((\E w \in Workers : Crash(w) \/ Expel(w)) \/ Redeliver \/ Lose \/ Cancel) /\ UNCHANGED plans
        \/ Recover
Spec == Init /\ [][Next]_vars /\ (\A w \in Workers : WF_vars(Work(w))) /\ WF_vars(Recover)

Symmetry == Permutations(Designers) \cup Permutations(Runners)   \* only where no liveness is checked

(* ------------------------------ what must hold ------------------------------ *)
(* A result comes into the paper once, and only after its run ended.                             *)
FoldedOnce == \A r \in Runs :
    /\ folds[r] <= 1
    /\ Cardinality({i \in Numbers(journal[Paper], "folded") : r \in journal[Paper][i].runs}) <= 1
    /\ folds[r] = 1 => Ended(journal[r])
(* A visit decides with the same ends however often it is repeated, and what is asked of a model is the same.  *)
SameEnds == \A p, q \in plans : p.mark = q.mark => p.ends = q.ends
(* No two asks give their runs the same names.                                                  *)
AskedOnce == \A i, n \in Numbers(journal[Paper], "asked") : i # n => journal[Paper][i].runs \cap journal[Paper][n].runs = {}
(* The stage is finished only when every run that was asked for is folded in, and it stays so.   *)
FinishedWhole == \A i \in Numbers(journal[Paper], "stageFinished") :
    i = Len(journal[Paper]) /\ Outstanding(journal[Paper]) = {} /\ Complete(journal[Paper])
(* No run without a paper that knows of it.                                                      *)
AskedFirst == \A r \in Runs : Total(r) > 0 \/ journal[r] # <<>> => r \in Asked(journal[Paper])
(* No reservation for a run with a result, nothing at all after its end.                         *)
NeverReservedAgain == \A r \in Runs : \A i \in 1..Len(journal[r]) :
    /\ journal[r][i].kind = "started" => ~\E n \in 1..(i-1) : journal[r][n].kind = "settled"
    /\ journal[r][i].kind \in {"finished", "deadLettered", "cancelled"} => i = Len(journal[r])
(* Only the newest claim writes.                                                                 *)
Fenced == \A k \in Keys : \A i \in 1..Len(journal[k]) : journal[k][i].kind \notin {"claimed", "cancelled"} =>
    LET claims == {n \in Numbers(journal[k], "claimed") : n < i} IN
    claims # {} /\ journal[k][CHOOSE n \in claims : \A m \in claims : m <= n].worker = journal[k][i].worker
(* A run is executed more than once only where a worker was taken for dead.                      *)
PaidTwiceOnlyByTakeover == \A r \in Runs :
    Cardinality({c \in calls : c.run = r}) <= 1 + Cardinality(Numbers(journal[r], "abandoned"))
(* Every execution was reserved in its run, and the paper's books hold all its runs may cost.    *)
Accounted == \A c \in calls : Has(journal[c.run], "started", c.attempt)
WithinCap == Cardinality(calls) <= OnTheBooks(journal[Paper]) /\ OnTheBooks(journal[Paper]) <= Cap
(* A paper that is not over has an item, or a run that will send one (folded in or not).         *)
PaperAlive == faults.lost \/ Over(journal[Paper]) \/ Live(Paper) \/ \E r \in Asked(journal[Paper]) : Live(r)
(* A run that was asked for and has not ended has an item, or the paper's next visit publishes it. *)
RunAlive == faults.lost \/ \A r \in Asked(journal[Paper]) :
    Ended(journal[r]) \/ Live(r) \/ (r \in Unsure(journal[Paper]) /\ ~Claimed(journal[r]))
(* With no fault every item is published once; a worker taken for dead costs two more of a run   *)
(* (its own when it thaws, and that of whoever it then takes the claim from), other faults one.  *)
NothingWasted ==
    LET struck == (Crashes - faults.crash) + 2 * (Expulsions - faults.expel) + (Losses - faults.loss) IN
    /\ \A r \in Runs : Total(r) <= 1 + struck
    /\ Crashes + Expulsions + Duplicates + Losses = 0 => Total(Paper) <= 1 + Cardinality({r \in Runs : Ended(journal[r])})
(* Once the faults are used up, the paper comes to its end and every message is acknowledged.    *)
ComesToAnEnd == <>[](Over(journal[Paper]) /\ \A k \in Keys : ~Live(k))
=============================================================================
