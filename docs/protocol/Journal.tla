------------------------------ MODULE Journal ------------------------------
(* The journal protocol for one stream. Entries are written by put-if-absent. The log delivers  *)
(* at least once: twice, late, or to a second worker while the first still runs. Nothing that   *)
(* was paid for may be lost, and no finished step may be paid for again.                        *)
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS Workers,        \* model values
          StageCount,     \* stages follow one another: 1 .. StageCount
          StepCount,      \* costly steps of each stage
          Cap,            \* the paper's budget, in calls of unit cost
          Crashes,        \* the number of workers that are killed
          Expulsions,     \* how often the log takes a living worker for dead and delivers to another
          Duplicates,     \* how often the log delivers an acknowledged message again
          CapChanges,     \* how often a user changes the cap
          Cancels,        \* how often a user cancels the stream
          Seals,          \* whether a successor can prove what a lost attempt cost
          Cuts,           \* how many calls end so that their caller does not learn their price
          LookUps,        \* how often the price of such a call is found later, by its receipt or by a person
          Mutation        \* "none", or the name of the planted mistake (`Mutated` marks its place)

Mutated(name) == Mutation = name
Stages == 1..StageCount
Steps  == 1..StepCount

VARIABLES journal,        \* entries [kind, worker, stage, step, attempt, amount]
          messages,       \* the message log: id -> [stage, state, holder]
          worker,         \* worker -> [at, stage, message, seen, step, attempt, amount]
          calls,          \* the calls that the provider executed and charged: a set of [stage, step, attempt]
          sealed,         \* attempts whose execution record a successor closed before their launch: they are never launched
          faults          \* the faults that may still happen

vars == <<journal, messages, worker, calls, sealed, faults>>

Idle == [at |-> "idle", stage |-> 0, message |-> 0, seen |-> 0, step |-> 0, attempt |-> 0, amount |-> 0]
Costing(kind, w, s, k, a, n) == [kind |-> kind, worker |-> w, stage |-> s, step |-> k, attempt |-> a, amount |-> n]
Entry(kind, w, s, k, a) == Costing(kind, w, s, k, a, 0)
Annotation(e) == e.kind \in {"settledLate", "capChanged"}   \* any process may append these at any time; the owner keeps its claim

(* ------------------------------ reading a journal ------------------------------ *)
Has(j, kind, s, k, a)  == \E i \in 1..Len(j) : j[i].kind = kind /\ j[i].stage = s /\ j[i].step = k /\ j[i].attempt = a
StageFinished(j, s)    == \E i \in 1..Len(j) : j[i].kind = "stageFinished" /\ j[i].stage = s
StageClaimed(j, s)     == \E i \in 1..Len(j) : j[i].kind = "claimed" /\ j[i].stage = s
Dead(j)                == \E i \in 1..Len(j) : j[i].kind = "deadLettered"
Cancelled(j)           == \E i \in 1..Len(j) : j[i].kind = "cancelled"
Over(j)                == Dead(j) \/ Cancelled(j) \/ StageFinished(j, StageCount)
WithResult(e)          == e.kind = "stepFinished" \/ (e.kind = "stepUnsettled" /\ e.amount = 1)   \* an unsettled step may have its result
StepFinished(j, s, k)  == \E i \in 1..Len(j) : WithResult(j[i]) /\ j[i].stage = s /\ j[i].step = k
                             /\ (j[i].kind = "stepFinished" \/ ~Mutated("unsettledAgain"))
Attempts(j, s, k)      == Cardinality({i \in 1..Len(j) : j[i].kind = "stepStarted" /\ j[i].stage = s /\ j[i].step = k})
Dangling(j, s)         == {<<j[i].step, j[i].attempt>> : i \in {n \in 1..Len(j) :
                             /\ j[n].kind = "stepStarted" /\ j[n].stage = s
                             /\ ~Has(j, "stepFinished", s, j[n].step, j[n].attempt)
                             /\ ~Has(j, "stepFailed", s, j[n].step, j[n].attempt)
                             /\ ~Has(j, "settledLate", s, j[n].step, j[n].attempt)
                             /\ ~Has(j, "stepUnsettled", s, j[n].step, j[n].attempt)
                             /\ ~Has(j, "stepAbandoned", s, j[n].step, j[n].attempt)}}
Settled(j, e, n)       == \E i \in 1..Len(j) : j[i].kind \in {"settledLate", "stepFailed"} /\ j[i].stage = e.stage
                             /\ j[i].step = e.step /\ j[i].attempt = e.attempt /\ j[i].amount = n
Free(j, e)             == \/ Settled(j, e, 0) /\ ~Settled(j, e, 1)
                          \/ Mutated("offTheBooks") /\ Has(j, "stepAbandoned", e.stage, e.step, e.attempt)
                          \/ Mutated("unsettledFree") /\ Has(j, "stepUnsettled", e.stage, e.step, e.attempt)
OnTheBooks(j)          == Cardinality({i \in 1..Len(j) : j[i].kind = "stepStarted" /\ ~Free(j, j[i])})  \* reserved, charged or uncertain
Uncertain(j, s)        == {<<j[i].step, j[i].attempt>> : i \in {n \in 1..Len(j) :
                             /\ j[n].kind = "stepAbandoned" /\ j[n].stage = s
                             /\ ~Has(j, "settledLate", s, j[n].step, j[n].attempt)}}
Unsettled(j)           == {[stage |-> j[i].stage, step |-> j[i].step, attempt |-> j[i].attempt] : i \in {n \in 1..Len(j) :
                             /\ j[n].kind = IF Mutated("lookUpEarly") THEN "stepStarted" ELSE "stepUnsettled"
                             /\ ~Has(j, "settledLate", j[n].stage, j[n].step, j[n].attempt)}}
CapChange(j)           == {i \in 1..Len(j) : j[i].kind = "capChanged"}
CapNow(j)              == IF CapChange(j) = {} THEN Cap ELSE j[CHOOSE i \in CapChange(j) : \A n \in CapChange(j) : n <= i].amount
Unfinished(j, s)       == {k \in Steps : ~StepFinished(j, s, k)}

(* ------------------------------ the log ------------------------------ *)
Fresh == Cardinality(DOMAIN messages) + 1
Published(s) == messages @@ (Fresh :> [stage |-> s, state |-> "ready", holder |-> "none"])
Holds(w) == worker[w].message # 0 /\ messages[worker[w].message].state = "held" /\ messages[worker[w].message].holder = w

Move(w, changes) == worker' = [worker EXCEPT ![w] = changes @@ @]
News(w) == {i \in (worker[w].seen + 1)..Len(journal) : ~Annotation(journal[i])}   \* entries of others, annotations left out
Current(w) == News(w) = {} \/ Mutated("unfenced")
FoundCancelled(w) == News(w) # {} /\ journal[CHOOSE i \in News(w) : \A n \in News(w) : i <= n].kind = "cancelled"
Append1(w, e, changes, lost) ==                       \* put-if-absent at the end that this worker has read; annotations after it are skipped
    IF Current(w)
    THEN /\ journal' = Append(journal, e) /\ Move(w, [seen |-> Len(journal) + 1] @@ changes)
    ELSE /\ UNCHANGED journal /\ Move(w, IF FoundCancelled(w) /\ lost.at = "release" THEN [at |-> "acknowledge"] ELSE lost)

Init ==
    /\ journal = <<>>
    /\ messages = (1 :> [stage |-> 1, state |-> "ready", holder |-> "none"])
    /\ worker = [w \in Workers |-> Idle]
    /\ calls = {} /\ sealed = {}
    /\ faults = [crash |-> Crashes, expel |-> Expulsions, duplicate |-> Duplicates, cap |-> CapChanges, cancel |-> Cancels, cut |-> Cuts, look |-> LookUps]

Take(w) == \E m \in DOMAIN messages :
    /\ worker[w].at = "idle" /\ messages[m].state = "ready"
    /\ \A n \in DOMAIN messages : messages[n].stage = messages[m].stage => messages[n].state # "held"   \* the log has one delivery of a key out at a time
    /\ messages' = [messages EXCEPT ![m].state = "held", ![m].holder = w]
    /\ Move(w, [at |-> "read", stage |-> messages[m].stage, message |-> m])
    /\ UNCHANGED <<journal, calls, sealed, faults>>

Read(w) ==
    LET s == worker[w].stage IN
    /\ worker[w].at = "read"
    /\ Move(w, [seen |-> Len(journal),
                at |-> CASE Dead(journal) \/ Cancelled(journal) -> "acknowledge"
                         [] StageFinished(journal, s) /\ (s = StageCount \/ StageClaimed(journal, s + 1)) -> "acknowledge"
                         [] StageFinished(journal, s) -> "publish"
                         [] OTHER -> "claim"])
    /\ UNCHANGED <<journal, messages, calls, sealed, faults>>

Claim(w) ==
    /\ worker[w].at = "claim"
    /\ Append1(w, Entry("claimed", w, worker[w].stage, 0, 0), [at |-> "step"], [at |-> "read"])
    /\ UNCHANGED <<messages, calls, sealed, faults>>

Step(w) ==                                            \* abandons the open steps of a predecessor, then reserves a step, finishes the stage, or gives up
    LET s == worker[w].stage  dangling == Dangling(journal, s)  open == Unfinished(journal, s) IN
    /\ worker[w].at = "step"
    /\ IF ~Current(w) THEN UNCHANGED journal /\ Move(w, [at |-> IF FoundCancelled(w) THEN "acknowledge" ELSE "release"])
       ELSE IF dangling # {} THEN
            LET d == CHOOSE x \in dangling : TRUE IN
            Append1(w, Entry("stepAbandoned", w, s, d[1], d[2]), [at |-> "step"], [at |-> "release"])
       ELSE IF open = {} THEN Append1(w, Entry("stageFinished", w, s, 0, 0), [at |-> "publish"], [at |-> "release"])
       ELSE LET k == CHOOSE x \in open : \A y \in open : x <= y   a == Attempts(journal, s, k) + 1 IN
            IF OnTheBooks(journal) < CapNow(journal)
            THEN Append1(w, Entry("stepStarted", w, s, k, a), [at |-> "confirm", step |-> k, attempt |-> a], [at |-> "release"])
            ELSE Append1(w, Entry("deadLettered", w, s, k, 0), [at |-> "acknowledge"], [at |-> "release"])
    /\ UNCHANGED <<messages, calls, sealed, faults>>

Prove(w) ==                                           \* the execution record of an abandoned attempt says its cost; a record without a launch is closed
    LET s == worker[w].stage IN
    /\ Seals /\ worker[w].at = "step" /\ Current(w) /\ Dangling(journal, s) = {}
    /\ \E d \in Uncertain(journal, s) :
         LET c == [stage |-> s, step |-> d[1], attempt |-> d[2]] IN
         /\ sealed' = IF c \in calls \/ Mutated("unsealed") THEN sealed ELSE sealed \cup {c}
         /\ Move(w, [at |-> "note", step |-> d[1], attempt |-> d[2], amount |-> IF c \in calls THEN 1 ELSE 0])
    /\ UNCHANGED <<journal, messages, calls, faults>>

Note(w) ==                                            \* the proven charge replaces the reservation on the books
    LET x == worker[w] IN
    /\ x.at = "note"
    /\ Append1(w, Costing("settledLate", w, x.stage, x.step, x.attempt, x.amount), [at |-> "step", amount |-> 0], [at |-> "release"])
    /\ UNCHANGED <<messages, calls, sealed, faults>>

Confirm(w) ==                                         \* reads the journal's end again before the call; a step that is not called certainly costs nothing
    /\ worker[w].at = "confirm"
    /\ Move(w, IF Current(w) THEN [at |-> "call", seen |-> Len(journal)] ELSE [at |-> "late", amount |-> 0])
    /\ UNCHANGED <<journal, messages, calls, sealed, faults>>

Call(w) ==                                            \* the provider executes and charges; a worker that was frozen may call late
    LET c == [stage |-> worker[w].stage, step |-> worker[w].step, attempt |-> worker[w].attempt] IN
    /\ worker[w].at = "call"
    /\ calls' = IF c \in sealed THEN calls ELSE calls \cup {c}
    /\ Move(w, [at |-> "settle", amount |-> IF c \in sealed THEN 0 ELSE 1])
    /\ UNCHANGED <<journal, messages, sealed, faults>>

CutCall(w) ==                                         \* the answer is cut off, or says nothing of its price: it may be charged or not, and its result may be whole
    LET c == [stage |-> worker[w].stage, step |-> worker[w].step, attempt |-> worker[w].attempt] IN
    /\ worker[w].at = "call" /\ faults.cut > 0 /\ ~Seals
    /\ faults' = [faults EXCEPT !.cut = @ - 1]
    /\ \/ UNCHANGED calls /\ Move(w, [at |-> "unsettle", amount |-> 0])
       \/ \E whole \in {0, 1} : calls' = calls \cup {c} /\ Move(w, [at |-> "unsettle", amount |-> whole])
    /\ UNCHANGED <<journal, messages, sealed>>

Unsettle(w) ==                                        \* the owner ends the step himself; the reservation stays until the price is found. Who is superseded knows no price to add
    LET x == worker[w] IN
    /\ x.at = "unsettle"
    /\ Append1(w, Costing("stepUnsettled", w, x.stage, x.step, x.attempt, x.amount), [at |-> "step", amount |-> 0], [at |-> "release"])
    /\ UNCHANGED <<messages, calls, sealed, faults>>

Settle(w) ==
    LET x == worker[w]   kind == IF x.amount = 1 THEN "stepFinished" ELSE "stepFailed" IN
    /\ x.at = "settle"
    /\ Append1(w, Costing(kind, w, x.stage, x.step, x.attempt, x.amount), [at |-> "step", amount |-> 0], [at |-> "late"])
    /\ UNCHANGED <<messages, calls, sealed, faults>>

SettleLate(w) ==                                      \* the only entry that a superseded worker may still append
    LET x == worker[w] IN
    /\ x.at = "late"
    /\ journal' = Append(journal, Costing("settledLate", w, x.stage, x.step, x.attempt, x.amount))
    /\ Move(w, [at |-> IF FoundCancelled(w) THEN "acknowledge" ELSE "release", amount |-> 0])
    /\ UNCHANGED <<messages, calls, sealed, faults>>

Publish(w) ==
    /\ worker[w].at = "publish"
    /\ messages' = IF worker[w].stage < StageCount /\ ~Mutated("noPublish") THEN Published(worker[w].stage + 1) ELSE messages
    /\ Move(w, [at |-> "acknowledge"])
    /\ UNCHANGED <<journal, calls, sealed, faults>>

Acknowledge(w) ==                                     \* the log ignores an acknowledgement by a worker that no longer holds the delivery
    /\ worker[w].at = "acknowledge"
    /\ messages' = IF Holds(w) THEN [messages EXCEPT ![worker[w].message].state = "done"] ELSE messages
    /\ worker' = [worker EXCEPT ![w] = Idle]
    /\ UNCHANGED <<journal, calls, sealed, faults>>

Release(w) ==                                         \* a superseded worker gives the delivery back without acknowledging it
    /\ worker[w].at = "release"
    /\ messages' = IF Holds(w) THEN [messages EXCEPT ![worker[w].message].state = "ready", ![worker[w].message].holder = "none"] ELSE messages
    /\ worker' = [worker EXCEPT ![w] = Idle]
    /\ UNCHANGED <<journal, calls, sealed, faults>>

(* ------------------------------ faults ------------------------------ *)
Crash(w) ==
    /\ faults.crash > 0 /\ worker[w].at # "idle"
    /\ faults' = [faults EXCEPT !.crash = @ - 1]
    /\ messages' = IF Holds(w) THEN [messages EXCEPT ![worker[w].message].state = "ready", ![worker[w].message].holder = "none"] ELSE messages
    /\ worker' = [worker EXCEPT ![w] = Idle]
    /\ UNCHANGED <<journal, calls, sealed>>

Expel(w) ==                                           \* after a rebalance or a freeze, another worker may take a delivery that this one still works on
    /\ faults.expel > 0 /\ Holds(w)
    /\ faults' = [faults EXCEPT !.expel = @ - 1]
    /\ messages' = [messages EXCEPT ![worker[w].message].state = "ready", ![worker[w].message].holder = "none"]
    /\ UNCHANGED <<journal, worker, calls, sealed>>

Redeliver == \E m \in DOMAIN messages :
    /\ faults.duplicate > 0 /\ messages[m].state = "done"
    /\ faults' = [faults EXCEPT !.duplicate = @ - 1]
    /\ messages' = [messages EXCEPT ![m].state = "ready", ![m].holder = "none"]
    /\ UNCHANGED <<journal, worker, calls, sealed>>

(* ------------------------------ users ------------------------------   *)
LookUp == \E c \in Unsettled(journal) :                \* only of a call that its owner has ended: it is over, so that its price is final
    /\ faults.look > 0
    /\ faults' = [faults EXCEPT !.look = @ - 1]
    /\ journal' = Append(journal, Costing("settledLate", "user", c.stage, c.step, c.attempt, IF c \in calls THEN 1 ELSE 0))
    /\ UNCHANGED <<messages, worker, calls, sealed>>

ChangeCap == \E n \in {OnTheBooks(journal), Cap + 1} :   \* never below the amount on the books
    /\ faults.cap > 0 /\ journal # <<>>
    /\ faults' = [faults EXCEPT !.cap = @ - 1]
    /\ journal' = Append(journal, Costing("capChanged", "user", 0, 0, 0, IF Mutated("capUnchecked") THEN 0 ELSE n))
    /\ UNCHANGED <<messages, worker, calls, sealed>>

Cancel ==
    /\ faults.cancel > 0 /\ journal # <<>>
    /\ ~Over(journal) \/ (Dead(journal) /\ ~Cancelled(journal)) \/ Mutated("cancelDone")   \* a dead stream may still be cancelled: then no user has to replay it
    /\ faults' = [faults EXCEPT !.cancel = @ - 1]
    /\ journal' = Append(journal, Entry("cancelled", "user", 0, 0, 0))
    /\ UNCHANGED <<messages, worker, calls, sealed>>

Work(w) == \/ Take(w) \/ Read(w) \/ Claim(w) \/ Step(w) \/ Prove(w) \/ Note(w) \/ Confirm(w) \/ Call(w) \/ CutCall(w) \/ Unsettle(w) \/ Settle(w)
           \/ SettleLate(w) \/ Publish(w) \/ Acknowledge(w) \/ Release(w)
Next == (\E w \in Workers : Work(w) \/ Crash(w) \/ Expel(w)) \/ Redeliver \/ ChangeCap \/ Cancel \/ LookUp
Spec == Init /\ [][Next]_vars /\ \A w \in Workers : WF_vars(Work(w))

(* ------------------------------ what must hold ------------------------------ *)
(* Each call was reserved in the journal before; the books never exceed the cap.                *)
Accounted == \A c \in calls : Has(journal, "stepStarted", c.stage, c.step, c.attempt)
WithinCap == OnTheBooks(journal) <= CapNow(journal) /\ Cardinality(calls) <= OnTheBooks(journal)
(* A step has at most one result, and is not reserved again after it.                            *)
OneResult == \A s \in Stages, k \in Steps :
    Cardinality({i \in 1..Len(journal) : WithResult(journal[i]) /\ journal[i].stage = s /\ journal[i].step = k}) <= 1
NeverReservedAgain == \A i \in 1..Len(journal) : journal[i].kind = "stepStarted" =>
    ~\E n \in 1..(i-1) : WithResult(journal[n]) /\ journal[n].stage = journal[i].stage /\ journal[n].step = journal[i].step
(* Only the worker of the newest claim appends.                                                  *)
Fenced == \A i \in 1..Len(journal) : ~Annotation(journal[i]) /\ journal[i].kind \notin {"claimed", "cancelled"} =>
    LET claims == {n \in 1..(i-1) : journal[n].kind = "claimed"} IN
    claims # {} /\ journal[CHOOSE n \in claims : \A m \in claims : m <= n].worker = journal[i].worker
(* After the end of a stream its journal gets annotations only, and a dead stream one           *)
(* cancellation.                                                                                *)
EndIsEnd == \A i \in 1..Len(journal) : Over(SubSeq(journal, 1, i)) => \A n \in (i+1)..Len(journal) :
    LET before == SubSeq(journal, 1, n - 1) IN
    Annotation(journal[n]) \/ (journal[n].kind = "cancelled" /\ Dead(before) /\ ~Cancelled(before))
(* A step is called again only after an attempt of it was abandoned, settled late, or unsettled. *)
PaidTwiceOnlyByTakeover == \A s \in Stages, k \in Steps :
    Cardinality({c \in calls : c.stage = s /\ c.step = k}) <= 1 + Cardinality({journal[i].attempt : i \in {n \in 1..Len(journal) :
        journal[n].kind \in {"stepAbandoned", "settledLate", "stepUnsettled"} /\ journal[n].stage = s /\ journal[n].step = k}})
(* A stream that is not over has a message that is not acknowledged.                             *)
NothingLost ==
    \/ Over(journal)
    \/ \E m \in DOMAIN messages :
        /\ messages[m].state # "done"
        /\ StageFinished(journal, messages[m].stage) => ~StageClaimed(journal, messages[m].stage + 1)
(* After the last fault the stream reaches an end, and every message is acknowledged.             *)
ComesToAnEnd == <>[](Over(journal) /\ \A m \in DOMAIN messages : messages[m].state = "done")
=============================================================================
