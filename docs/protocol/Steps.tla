------------------------------- MODULE Steps -------------------------------
(* The steps of one visit run side by side. The handler asks for them in any order, and in        *)
(* another order when the visit is repeated. Specified here are the identity of a step, its       *)
(* reservation while others are open, and the end of open steps when another one fails.           *)
(* Journal.tla specifies the rest of the protocol.                                                *)
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS Workers,        \* model values
          Asks,           \* the requests of the handler; two equal requests are two steps
          Worst,          \* the reservation of a step; its cost is 1
          Cap,            \* the budget
          Crashes,        \* the number of workers that are killed
          Expulsions,     \* how often the log takes a living worker for dead and delivers to another
          Failures,       \* how often a step fails
          Mutation        \* "none", or the name of the planted mistake (`Mutated` marks its place)

Different == <<"x", "y">>
Repeated  == <<"x", "y", "x">>
Places    == 1..Len(Asks)
Requests  == {Asks[i] : i \in Places}
Mutated(name) == Mutation = name

VARIABLES journal,        \* entries [kind, worker, id]; an id is [request, ordinal, attempt]
          holder,         \* the worker that holds the delivery, or "none"
          worker,         \* worker -> [at, seen, asked, step]; asked: the requests since it took the delivery, in their order
          calls,          \* the calls that were executed and charged: a set of ids
          faults          \* the faults that may still happen

vars == <<journal, holder, worker, calls, faults>>

None == [request |-> "none", ordinal |-> 0, attempt |-> 0]
Idle == [at |-> "idle", seen |-> 0, asked |-> <<>>, step |-> [i \in Places |-> [at |-> "new", id |-> None]]]
Entry(kind, w, id) == [kind |-> kind, worker |-> w, id |-> id]

(* ------------------------------ reading a journal ------------------------------ *)
Ids(j, kinds)  == {j[i].id : i \in {n \in 1..Len(j) : j[n].kind \in kinds}}
Started(j)     == Ids(j, {"stepStarted"})
Open(j)        == Started(j) \ Ids(j, {"stepFinished", "stepFailed", "stepAbandoned"})
Settled(j)     == Ids(j, {"stepFinished", "stepFailed"})
Finished(j, r, o) == \E id \in Ids(j, {"stepFinished"}) : id.request = r /\ id.ordinal = o
Attempts(j, r, o) == Cardinality({id \in Started(j) : id.request = r /\ id.ordinal = o})
OnTheBooks(j)  == Cardinality(Settled(j)) + Worst * Cardinality(Started(j) \ Settled(j))
Ends(j)        == {i \in 1..Len(j) : j[i].kind \in {"stageFinished", "deadLettered"}}
Over(j)        == Ends(j) # {}

Move(w, changes) == worker' = [worker EXCEPT ![w] = changes @@ @]
Current(w) == worker[w].seen = Len(journal)
Leave(w) == worker' = [worker EXCEPT ![w] = Idle] /\ holder' = IF holder = w THEN "none" ELSE holder
Append1(w, e, changes) ==                             \* put-if-absent; a superseded worker stops
    IF Current(w)
    THEN journal' = Append(journal, e) /\ Move(w, [seen |-> Len(journal) + 1] @@ changes) /\ UNCHANGED holder
    ELSE UNCHANGED journal /\ Leave(w)
Last(w, e) ==                                         \* an entry after which the delivery is given back
    (IF Current(w) THEN journal' = Append(journal, e) ELSE UNCHANGED journal) /\ Leave(w)
Stepped(w, i, at, id) == [worker[w].step EXCEPT ![i] = [at |-> at, id |-> id]]

Init ==
    /\ journal = <<>> /\ holder = "none" /\ worker = [w \in Workers |-> Idle] /\ calls = {}
    /\ faults = [crash |-> Crashes, expel |-> Expulsions, fail |-> Failures]

Take(w) ==
    /\ worker[w].at = "idle" /\ holder = "none" /\ ~Over(journal)
    /\ holder' = w /\ Move(w, [at |-> "claim", seen |-> Len(journal)])
    /\ UNCHANGED <<journal, calls, faults>>

Claim(w) ==
    /\ worker[w].at = "claim"
    /\ Append1(w, Entry("claimed", w, None), [at |-> "clear"])
    /\ UNCHANGED <<calls, faults>>

Clear(w) ==                                           \* abandons the open steps of a predecessor
    /\ worker[w].at = "clear"
    /\ IF Current(w) /\ Open(journal) = {} THEN Move(w, [at |-> "work"]) /\ UNCHANGED <<journal, holder>>
       ELSE LET id == IF Open(journal) = {} THEN None ELSE CHOOSE x \in Open(journal) : TRUE IN
            Append1(w, Entry("stepAbandoned", w, id), [at |-> "clear"])
    /\ UNCHANGED <<calls, faults>>

Ask(w, i) ==                                          \* the ordinal counts earlier asks of this visit for the same request
    LET x == worker[w]   r == Asks[i]
        earlier == {n \in 1..Len(x.asked) : x.asked[n] = r \/ Mutated("ordinalByCall")} IN
    /\ x.at = "work" /\ x.step[i].at = "new"
    /\ Move(w, [asked |-> Append(x.asked, r),
                step |-> Stepped(w, i, "reserve", [request |-> r, ordinal |-> Cardinality(earlier), attempt |-> 0])])
    /\ UNCHANGED <<journal, holder, calls, faults>>

Fits == OnTheBooks(journal) + Worst <= Cap
InHand(w) == {i \in Places : worker[w].step[i].at \in {"call", "settle"}}

Reserve(w, i) ==                                      \* compares with the books in one turn with the append; waits for its own open steps
    LET x == worker[w]   id == x.step[i].id   r == id.request   o == id.ordinal
        next == [id EXCEPT !.attempt = Attempts(journal, r, o) + 1] IN
    /\ x.at = "work" /\ x.step[i].at \in {"reserve", "checked"}
    /\ IF ~Current(w) THEN UNCHANGED journal /\ Leave(w)
       ELSE IF Finished(journal, r, o) THEN Move(w, [step |-> Stepped(w, i, "done", id)]) /\ UNCHANGED <<journal, holder>>
       ELSE IF Mutated("checkedBefore") /\ Fits /\ x.step[i].at = "reserve"
            THEN Move(w, [step |-> Stepped(w, i, "checked", id)]) /\ UNCHANGED <<journal, holder>>
       ELSE IF Fits \/ x.step[i].at = "checked"
            THEN Append1(w, Entry("stepStarted", w, next), [step |-> Stepped(w, i, "call", next)])
       ELSE /\ InHand(w) = {} \/ Mutated("givenUpWhileOpen")
            /\ Move(w, [at |-> "giveUp"]) /\ UNCHANGED <<journal, holder>>
    /\ UNCHANGED <<calls, faults>>

Call(w, i) ==                                         \* the provider executes and charges; a worker that was frozen may call late
    LET x == worker[w]   id == x.step[i].id IN
    /\ x.at = "work" /\ x.step[i].at = "call"
    /\ calls' = calls \cup {id} /\ Move(w, [step |-> Stepped(w, i, "settle", id)])
    /\ UNCHANGED <<journal, holder, faults>>

Settle(w, i) ==
    LET x == worker[w]   id == x.step[i].id IN
    /\ x.at = "work" /\ x.step[i].at = "settle"
    /\ \/ Append1(w, Entry("stepFinished", w, id), [step |-> Stepped(w, i, "done", id)]) /\ UNCHANGED faults
       \/ /\ faults.fail > 0 /\ faults' = [faults EXCEPT !.fail = @ - 1]
          /\ Append1(w, Entry("stepFailed", w, id), [at |-> "fail"])           \* the other open steps are cancelled
    /\ UNCHANGED calls

End(w) ==                                             \* abandons the cancelled steps before the attempt or the stream ends
    LET x == worker[w]   kind == IF x.at = "fail" THEN "attemptFailed" ELSE "deadLettered" IN
    /\ x.at \in {"fail", "giveUp"}
    /\ IF Current(w) /\ Open(journal) # {} /\ ~Mutated("leftOpen")
       THEN Append1(w, Entry("stepAbandoned", w, CHOOSE id \in Open(journal) : TRUE), [at |-> x.at])
       ELSE Last(w, Entry(kind, w, None))
    /\ UNCHANGED <<calls, faults>>

Finish(w) ==
    /\ worker[w].at = "work" /\ \A i \in Places : worker[w].step[i].at = "done"
    /\ Last(w, Entry("stageFinished", w, None))
    /\ UNCHANGED <<calls, faults>>

(* ------------------------------ faults ------------------------------ *)
Crash(w) ==
    /\ faults.crash > 0 /\ worker[w].at # "idle"
    /\ faults' = [faults EXCEPT !.crash = @ - 1] /\ Leave(w)
    /\ UNCHANGED <<journal, calls>>

Expel(w) ==                                           \* after a rebalance or a freeze, another worker may take a delivery that this one still works on
    /\ faults.expel > 0 /\ holder = w
    /\ faults' = [faults EXCEPT !.expel = @ - 1] /\ holder' = "none"
    /\ UNCHANGED <<journal, worker, calls>>

Work(w) == \/ Take(w) \/ Claim(w) \/ Clear(w) \/ End(w) \/ Finish(w)
           \/ \E i \in Places : Ask(w, i) \/ Reserve(w, i) \/ Call(w, i) \/ Settle(w, i)
Next == \E w \in Workers : Work(w) \/ Crash(w) \/ Expel(w)
Spec == Init /\ [][Next]_vars /\ \A w \in Workers : WF_vars(Work(w))

(* ------------------------------ what must hold ------------------------------ *)
Wanted(r) == Cardinality({i \in Places : Asks[i] = r})
(* Each call was reserved in the journal before; the books never exceed the cap.                  *)
Accounted == calls \subseteq Started(journal)
WithinCap == OnTheBooks(journal) <= Cap /\ Cardinality(calls) <= OnTheBooks(journal)
(* A request that is asked for in another order is the same step.                                 *)
NeverAskedAnew == \A r \in Requests : Cardinality({id.ordinal : id \in {x \in Started(journal) : x.request = r}}) <= Wanted(r)
(* A request is executed again only after an attempt of it was abandoned or failed.               *)
PaidOnce == \A r \in Requests : Cardinality({c \in calls : c.request = r}) <=
    Wanted(r) + Cardinality({id \in Ids(journal, {"stepAbandoned", "stepFailed"}) : id.request = r})
(* A step with a result is not reserved again.                                                    *)
NeverReservedAgain == \A i \in 1..Len(journal) : journal[i].kind = "stepStarted" =>
    ~Finished(SubSeq(journal, 1, i), journal[i].id.request, journal[i].id.ordinal)
(* Only the worker of the newest claim appends.                                                   *)
Fenced == \A i \in 1..Len(journal) : journal[i].kind # "claimed" =>
    LET claims == {n \in 1..(i-1) : journal[n].kind = "claimed"} IN
    claims # {} /\ journal[CHOOSE n \in claims : \A m \in claims : m <= n].worker = journal[i].worker
(* A stage ends with no step open, and nothing follows; a failed attempt ends with no step open.  *)
EndIsWhole == /\ \A i \in Ends(journal) : i = Len(journal) /\ Open(journal) = {}
              /\ \A i \in 1..Len(journal) : journal[i].kind = "attemptFailed" => Open(SubSeq(journal, 1, i)) = {}
(* Without a fault, steps that fit one after the other are all executed: they wait for each other. *)
NeverGivenUpInVain == faults = [crash |-> Crashes, expel |-> Expulsions, fail |-> Failures] /\ Cap >= Len(Asks) - 1 + Worst
    => Ids(journal, {"deadLettered"}) = {}
(* After the last fault the stage reaches its end.                                                *)
ComesToAnEnd == <>[](Over(journal) /\ \A w \in Workers : worker[w].at = "idle")
=============================================================================
