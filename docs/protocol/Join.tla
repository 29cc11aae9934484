-------------------------------- MODULE Join --------------------------------
(* How a paper waits for its runs: a fork and a join built from journals and messages. The       *)
(* paper's journal records which runs were asked for and which were folded in. Each run has a    *)
(* journal of its own. A design item says nothing but that some run may have ended: the worker   *)
(* reads the journals of the runs. Journal.tla specifies the rest of the protocol.               *)
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS Designers,      \* model values: the workers of `design`
          Runners,        \* model values: the workers of `run`
          RunCount,       \* runs of the plan, numbered in the order of the asks; in the code their names are (visit, ordinal)
          Allowance,      \* the attempts that an ask reserves for a run
          Cap,            \* the paper's budget, in attempts
          Crashes,        \* the number of workers that are killed
          Expulsions,     \* how often the log takes a living worker for dead and delivers to another
          Duplicates,     \* how often the log delivers an acknowledged message again
          Cancels,        \* how often a user cancels a run
          Losses,         \* how often the log loses everything and is refilled from the journals
          Mutation        \* "none", or the name of the planted mistake (`Mutated` marks its place)

Runs    == 1..RunCount
Paper   == 0              \* the key of the paper; a run's key is its number
Keys    == {Paper} \cup Runs
Workers == Designers \cup Runners
Mutated(name) == Mutation = name

VARIABLES journal,        \* key -> entries [kind, worker, runs, attempts]
          messages,       \* key -> [ready, holder, done]: items of one key are equal, so only their numbers are kept
          worker,         \* worker -> [at, key, seen, run, attempt, queue, ask, taken]
          calls,          \* the executions: a set of [run, attempt]
          folds,          \* run -> how often the paper took its result in
          plans,          \* the decisions: a set of [mark, ends], the beginning of the visit and the ends that it had
          faults          \* the faults that may still happen, and whether the log is lost

vars == <<journal, messages, worker, calls, folds, plans, faults>>

Idle == [at |-> "idle", key |-> 0, seen |-> 0, run |-> 0, attempt |-> 0, queue |-> {}, ask |-> {}, taken |-> {}]
Entry(kind, w, runs, n) == [kind |-> kind, worker |-> w, runs |-> runs, attempts |-> n]
Least(set) == CHOOSE x \in set : \A y \in set : x <= y

(* ------------------------------ reading a journal ------------------------------ *)
Numbers(j, kind) == {i \in 1..Len(j) : j[i].kind = kind}
Has(j, kind, a)  == \E i \in Numbers(j, kind) : j[i].attempts = a
\* of a run
Claimed(j)  == Numbers(j, "claimed") # {}
Ended(j)    == Numbers(j, "finished") \cup Numbers(j, "deadLettered") \cup Numbers(j, "cancelled") # {}   \* an end of any kind
Attempts(j) == Cardinality(Numbers(j, "started"))                                \* settled, abandoned and open attempts are all on the books
Dangling(j) == {a \in 1..Attempts(j) : ~Has(j, "settled", a) /\ ~Has(j, "abandoned", a)}
\* of the paper
Over(j)        == Numbers(j, "stageFinished") # {}
Asked(j)       == UNION {j[i].runs : i \in Numbers(j, "asked")}
Folded(j)      == UNION {j[i].runs : i \in Numbers(j, "folded")}
Outstanding(j) == Asked(j) \ Folded(j)
Unsure(j)      == UNION {j[i].runs : i \in {n \in Numbers(j, "asked") : \A v \in Numbers(j, "waiting") : v < n}} \ Folded(j)
                  \* the visit that asked for them did not append `waiting`: they may not be published
Spent(j, r)    == IF r \in Folded(j) THEN j[CHOOSE i \in Numbers(j, "folded") : r \in j[i].runs].attempts ELSE Allowance
RECURSIVE Sum(_, _)
Sum(j, set)    == IF set = {} THEN 0 ELSE LET r == Least(set) IN Spent(j, r) + Sum(j, set \ {r})
OnTheBooks(j)  == Sum(j, Asked(j))
Certain(j)     == UNION {j[i].runs : i \in {n \in Numbers(j, "asked") : \E v \in Numbers(j, "waiting") : v > n}}
Named(j)       == Cardinality(IF Mutated("visitAtWaiting") THEN Certain(j) ELSE Asked(j))
NextRuns(j, n) == {r \in Runs : r > Named(j) /\ r <= Named(j) + n}   \* an ask uses up its visit's number; `waiting` does not
Room(j)        == {n \in 1..(RunCount - Cardinality(Asked(j))) : OnTheBooks(j) + n * Allowance <= Cap}
Complete(j)    == Room(j) = {}                        \* the plan has no more runs, or the budget has no room for one

(* ------------------------------ the log ------------------------------ *)
Live(k)   == messages[k].ready > 0 \/ messages[k].holder # "none"
Total(k)  == messages[k].ready + messages[k].done + (IF messages[k].holder = "none" THEN 0 ELSE 1)
Holds(w)  == messages[worker[w].key].holder = w
Published(k) == [messages EXCEPT ![k].ready = @ + 1]
GivenBack(w) == IF Holds(w) THEN [messages EXCEPT ![worker[w].key] = [ready |-> @.ready + 1, holder |-> "none", done |-> @.done]] ELSE messages
Done(w)      == IF Holds(w) THEN [messages EXCEPT ![worker[w].key] = [ready |-> @.ready, holder |-> "none", done |-> @.done + 1]] ELSE messages

Seen(w) == SubSeq(journal[worker[w].key], 1, worker[w].seen)   \* the entries that a worker has read; there may be more by now
Move(w, changes) == worker' = [worker EXCEPT ![w] = changes @@ @]
Current(w) == worker[w].seen = Len(journal[worker[w].key])
Append1(w, e, changes) ==                             \* put-if-absent at the end that this worker has read
    IF Current(w)
    THEN /\ journal' = [journal EXCEPT ![worker[w].key] = Append(@, e)] /\ Move(w, [seen |-> worker[w].seen + 1] @@ changes)
         /\ UNCHANGED messages
    ELSE IF w \in Runners /\ journal[worker[w].key][worker[w].seen + 1].kind = "cancelled"
    THEN /\ Move(w, [at |-> IF Mutated("cancelSilent") THEN "acknowledge" ELSE "publish"])   \* a user cancelled the run: its worker wakes the paper
         /\ UNCHANGED <<journal, messages>>
    ELSE /\ worker' = [worker EXCEPT ![w] = Idle] /\ messages' = GivenBack(w)    \* a superseded worker gives the delivery back without acknowledging it
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
    /\ messages[k].holder = "none"                    \* the log has one delivery of a key out at a time
    /\ messages' = [messages EXCEPT ![k] = [ready |-> @.ready - 1, holder |-> w, done |-> @.done]]
    /\ Move(w, [at |-> "read", key |-> k])
    /\ UNCHANGED <<journal, calls, folds, faults>>

Claim(w, changes) ==                                  \* reads and claims in one step: a worker whose claim fails reads again
    /\ journal' = [journal EXCEPT ![worker[w].key] = Append(@, Entry("claimed", w, {}, 0))]
    /\ Move(w, [seen |-> Len(journal[worker[w].key]) + 1] @@ changes)

Acknowledge(w) ==                                     \* the log ignores an acknowledgement by a worker that no longer holds the delivery
    /\ worker[w].at = "acknowledge"
    /\ messages' = Done(w)
    /\ worker' = [worker EXCEPT ![w] = Idle]
    /\ UNCHANGED <<journal, calls, folds, faults>>

(* ------------------------------ a visit of design ------------------------------ *)
NothingNew(j) == \A r \in Outstanding(j) : ~Ended(journal[r])

Visit(w) ==                                           \* no worker claims a stage that is over
    LET j == journal[Paper] IN
    /\ worker[w].at = "read" /\ w \in Designers
    /\ \/ Over(j) /\ Move(w, [at |-> "acknowledge"]) /\ UNCHANGED journal
       \/ (~Over(j) \/ Mutated("claimOver")) /\ Claim(w, [at |-> "look", run |-> 1])
       \/ /\ ~Over(j) /\ Outstanding(j) # {} /\ NothingNew(j)                    \* without a new end, and with all runs published, nothing has to be claimed
          /\ Unsure(j) = {} \/ Mutated("nothingNew")
          /\ Move(w, [at |-> "acknowledge"]) /\ UNCHANGED journal
    /\ UNCHANGED <<messages, calls, folds, faults>>

Mark(j) == LET marks == Numbers(j, "asked") \cup Numbers(j, "waiting") IN       \* the entry after which the visit begins
           IF marks = {} THEN 0 ELSE CHOOSE i \in marks : \A n \in marks : n <= i
HasFolded(j) == \E i \in Numbers(j, "folded") : i > Mark(j)                     \* the visit has folded in an end
Ahead(w) == IF HasFolded(Seen(w)) /\ ~Mutated("foldAll") THEN {} ELSE {r \in Outstanding(Seen(w)) : r >= worker[w].run}

Look(w) ==                                            \* reads the runs one after the other up to the first end: a repeated visit decides with the same ends
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
            /\ Append1(w, Entry("folded", w, {r}, booked),   \* the entry comes before any use of the result
                       [run |-> r + 1, attempt |-> IF \E q \in Outstanding(Seen(w)) \ {r} : Ended(journal[q]) THEN 1 ELSE 2])
            /\ folds' = IF Current(w) /\ ~Mutated("foldBeforeEntry") THEN [folds EXCEPT ![r] = @ + 1] ELSE folds
    /\ UNCHANGED <<calls, faults>>

Decide(w) ==                                          \* finishes, asks for more runs (the entry first), or waits for those that are out
    LET x == worker[w]   j == Seen(w)   out == Outstanding(j) \ x.taken
        doubtful == IF Mutated("everyVisit") THEN Outstanding(j) ELSE Unsure(j)
        again == IF Mutated("noRepublish") THEN {} ELSE {r \in doubtful : ~Claimed(journal[r])}
        more == HasFolded(j) /\ x.attempt # 2 /\ ~Mutated("oneOnly")          \* other runs may have ended: a predecessor folded one in, or this worker saw them
        Publishing(runs, ask) == [at |-> "publish", run |-> 0, queue |-> again \cup runs, ask |-> ask, attempt |-> IF more THEN 1 ELSE 0]
        decides == HasFolded(j) \/ Outstanding(j) = {} IN                       \* the handler decides only with a new end
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
       \/ /\ out # {} \/ (Mutated("waitForNothing") /\ Asked(j) # {})            \* a visit waits only if a run is out
          /\ Move(w, Publishing({}, {})) /\ UNCHANGED <<journal, messages>>
    /\ UNCHANGED <<calls, folds, faults>>

PublishRuns(w) ==                                     \* `waiting` means: every run asked for before it is published
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
ReadRun(w) ==                                         \* an item of a run that has ended wakes the paper again: the first message may be lost
    LET r == worker[w].key IN
    /\ worker[w].at = "read" /\ w \in Runners
    /\ IF ~Ended(journal[r]) THEN Claim(w, [at |-> "step"])
       ELSE /\ Move(w, [at |-> IF Mutated("dropEnded") \/ (Mutated("dropFolded") /\ r \in Folded(journal[Paper]))
                              THEN "acknowledge" ELSE "publish"])
            /\ UNCHANGED journal
    /\ UNCHANGED <<messages, calls, folds, faults>>

Step(w) ==                                            \* abandons the open attempt of a predecessor, then ends the run, reserves an attempt, or gives up
    LET x == worker[w]   j == Seen(w)   a == Attempts(j) + 1 IN
    /\ x.at = "step"
    /\ IF Dangling(j) # {} THEN Append1(w, Entry("abandoned", w, {}, Least(Dangling(j))), [at |-> "step"])
       ELSE IF Numbers(j, "settled") # {} THEN Append1(w, Entry("finished", w, {}, 0), [at |-> "publish"])
       ELSE IF a <= Allowance THEN Append1(w, Entry("started", w, {}, a), [at |-> "call", attempt |-> a])
       ELSE Append1(w, Entry("deadLettered", w, {}, 0), [at |-> IF Mutated("deadSilent") THEN "acknowledge" ELSE "publish"])
    /\ UNCHANGED <<calls, folds, faults>>

Call(w) ==                                            \* the program is executed; a worker that was frozen may execute it late
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

PublishLate(w) ==                                     \* only with the mistake `acknowledgeFirst`
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

Expel(w) ==                                           \* after a rebalance or a freeze, another worker may take a delivery that this one still works on
    /\ faults.expel > 0 /\ worker[w].at # "idle" /\ Holds(w)
    /\ faults' = [faults EXCEPT !.expel = @ - 1]
    /\ messages' = GivenBack(w)
    /\ UNCHANGED <<journal, worker, calls, folds>>

Redeliver == \E k \in Keys :
    /\ faults.duplicate > 0 /\ messages[k].done > 0
    /\ faults' = [faults EXCEPT !.duplicate = @ - 1]
    /\ messages' = [messages EXCEPT ![k] = [ready |-> @.ready + 1, holder |-> @.holder, done |-> @.done - 1]]
    /\ UNCHANGED <<journal, worker, calls, folds>>

Lose ==                                               \* all messages are lost; a worker that holds one goes on with it
    /\ faults.loss > 0 /\ ~faults.lost
    /\ faults' = [faults EXCEPT !.loss = @ - 1, !.lost = TRUE]
    /\ messages' = [k \in Keys |-> [ready |-> 0, holder |-> "none", done |-> 0]]
    /\ UNCHANGED <<journal, worker, calls, folds>>

Recover ==                                            \* includes runs that were asked for and have no journal yet
    LET j == journal[Paper]
        runs == {r \in Asked(j) : ~Ended(journal[r]) /\ (Mutated("recoverJournals") => journal[r] # <<>>)} IN
    /\ faults.lost
    /\ faults' = [faults EXCEPT !.lost = FALSE]
    /\ messages' = [k \in Keys |-> [messages[k] EXCEPT !.ready =
                       @ + (IF k \in runs \/ (k = Paper /\ ~Over(j)) THEN 1 ELSE 0)]]
    /\ UNCHANGED <<journal, worker, calls, folds, plans>>

Cancel == \E r \in Asked(journal[Paper]) :           \* a user may cancel a run at any time, also while a worker has it
    /\ faults.cancel > 0 /\ ~Ended(journal[r])
    /\ faults' = [faults EXCEPT !.cancel = @ - 1]
    /\ journal' = [journal EXCEPT ![r] = Append(@, Entry("cancelled", "user", {}, 0))]
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

Symmetry == Permutations(Designers) \cup Permutations(Runners)   \* only in configurations that check no liveness

(* ------------------------------ what must hold ------------------------------ *)
(* The paper takes a result in once, and only after its run has ended.                           *)
FoldedOnce == \A r \in Runs :
    /\ folds[r] <= 1
    /\ Cardinality({i \in Numbers(journal[Paper], "folded") : r \in journal[Paper][i].runs}) <= 1
    /\ folds[r] = 1 => Ended(journal[r])
(* A visit decides with the same ends however often it is repeated, so it asks for the same steps.              *)
SameEnds == \A p, q \in plans : p.mark = q.mark => p.ends = q.ends
(* No two asks give their runs the same names.                                                  *)
AskedOnce == \A i, n \in Numbers(journal[Paper], "asked") : i # n => journal[Paper][i].runs \cap journal[Paper][n].runs = {}
(* The stage finishes only with every run folded in, and nothing follows it.                     *)
FinishedWhole == \A i \in Numbers(journal[Paper], "stageFinished") :
    i = Len(journal[Paper]) /\ Outstanding(journal[Paper]) = {} /\ Complete(journal[Paper])
(* A run has items or entries only after the paper has asked for it.                             *)
AskedFirst == \A r \in Runs : Total(r) > 0 \/ journal[r] # <<>> => r \in Asked(journal[Paper])
(* A run with a result reserves no attempt, and its journal gets no entry after its end.         *)
NeverReservedAgain == \A r \in Runs : \A i \in 1..Len(journal[r]) :
    /\ journal[r][i].kind = "started" => ~\E n \in 1..(i-1) : journal[r][n].kind = "settled"
    /\ journal[r][i].kind \in {"finished", "deadLettered", "cancelled"} => i = Len(journal[r])
(* Only the worker of the newest claim appends.                                                  *)
Fenced == \A k \in Keys : \A i \in 1..Len(journal[k]) : journal[k][i].kind \notin {"claimed", "cancelled"} =>
    LET claims == {n \in Numbers(journal[k], "claimed") : n < i} IN
    claims # {} /\ journal[k][CHOOSE n \in claims : \A m \in claims : m <= n].worker = journal[k][i].worker
(* A run is executed again only after an attempt of it was abandoned.                            *)
PaidTwiceOnlyByTakeover == \A r \in Runs :
    Cardinality({c \in calls : c.run = r}) <= 1 + Cardinality(Numbers(journal[r], "abandoned"))
(* Each execution was reserved in its run; the paper's books hold the most its runs may cost.    *)
Accounted == \A c \in calls : Has(journal[c.run], "started", c.attempt)
WithinCap == Cardinality(calls) <= OnTheBooks(journal[Paper]) /\ OnTheBooks(journal[Paper]) <= Cap
(* A paper that is not over has an item, or a run with an item, whose end publishes one.         *)
PaperAlive == faults.lost \/ Over(journal[Paper]) \/ Live(Paper) \/ \E r \in Asked(journal[Paper]) : Live(r)
(* A run that was asked for and has not ended has an item, or the next visit publishes one.        *)
RunAlive == faults.lost \/ \A r \in Asked(journal[Paper]) :
    Ended(journal[r]) \/ Live(r) \/ (r \in Unsure(journal[Paper]) /\ ~Claimed(journal[r]))
(* With no fault every item is published once. A worker taken for dead adds two items of a run:  *)
(* its own when it thaws, and that of the worker that it then supersedes. Other faults add one.  *)
NothingWasted ==
    LET struck == (Crashes - faults.crash) + 2 * (Expulsions - faults.expel) + (Losses - faults.loss) IN
    /\ \A r \in Runs : Total(r) <= 1 + struck
    /\ Crashes + Expulsions + Duplicates + Losses = 0 => Total(Paper) <= 1 + Cardinality({r \in Runs : Ended(journal[r])})
(* After the last fault the paper reaches its end, and every message is acknowledged.            *)
ComesToAnEnd == <>[](Over(journal[Paper]) /\ \A k \in Keys : ~Live(k))
=============================================================================
