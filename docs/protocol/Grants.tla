------------------------------- MODULE Grants -------------------------------
(* The caps of a campaign's papers and its budget, while commands change them at the same time    *)
(* and may be killed anywhere. A cap stands in the paper's journal, where workers look; what the  *)
(* campaign holds for each paper stands in the campaign's. Each journal is written by             *)
(* put-if-absent, so one append compares with its own journal only. Journal.tla specifies the     *)
(* rest of the protocol.                                                                          *)
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS Papers,         \* model values
          Commands,       \* model values: processes that change a cap, a budget, or complete what others began
          Budget,         \* the campaign's budget at the start; every paper begins with a cap of 1
          Most,           \* the largest amount that a command names
          Kills,          \* the number of commands that are killed
          Mutation        \* "none", or the name of the planted mistake (`Mutated` marks its place)

Mutated(name) == Mutation = name
Amounts == 1..Most

VARIABLES length,         \* the number of entries of the campaign's journal
          budget,         \* the campaign's budget
          held,           \* paper -> the amount that the campaign's books hold for it
          granted,        \* paper -> the number of the campaign's latest entry about it; 0 before the first
          paper,          \* paper -> [cap, grant, length]: its journal; grant is the latest one that it takes into account
          command,        \* command -> [at, paper, want, known, cap, number, length]
          kills           \* the commands that may still be killed

vars == <<length, budget, held, granted, paper, command, kills>>

RECURSIVE Sum(_, _)
Sum(f, S) == IF S = {} THEN 0 ELSE LET p == CHOOSE x \in S : TRUE IN f[p] + Sum(f, S \ {p})
Total(f) == Sum(f, Papers)
Caps == [p \in Papers |-> paper[p].cap]

First == CHOOSE p \in Papers : TRUE
Ready == [at |-> "new", paper |-> First, want |-> 1, known |-> 0, cap |-> 1, number |-> 0, length |-> 1]
Move(c, changes) == command' = [command EXCEPT ![c] = changes @@ @]
Book(p, amount) ==                                    \* an entry `granted`
    /\ length' = length + 1
    /\ held' = [held EXCEPT ![p] = amount] /\ granted' = [granted EXCEPT ![p] = length]
Write(p, cap, grant) == paper' = [paper EXCEPT ![p] = [cap |-> cap, grant |-> grant, length |-> @.length + 1]]

Init ==
    /\ length = 1 /\ budget = Budget /\ held = [p \in Papers |-> 1] /\ granted = [p \in Papers |-> 0]
    /\ paper = [p \in Papers |-> [cap |-> 1, grant |-> 0, length |-> 1]]
    /\ command = [c \in Commands |-> Ready] /\ kills = Kills

(* ------------------------------ a paper's cap ------------------------------ *)
Start(c, p, want) ==                                  \* reads the paper, then the campaign
    /\ command[c].at = "new"
    /\ Move(c, [at |-> "look", paper |-> p, want |-> want, cap |-> paper[p].cap, length |-> paper[p].length])
    /\ UNCHANGED <<length, budget, held, granted, paper, kills>>

Look(c) ==
    LET x == command[c] IN
    /\ x.at = "look"
    /\ Move(c, [at |-> IF x.want > x.cap THEN "grant" ELSE IF Mutated("booksFirst") THEN "take" ELSE "lower",
                known |-> granted[x.paper]])
    /\ UNCHANGED <<length, budget, held, granted, paper, kills>>

Grant(c) ==                                           \* compared with the books in one turn with the append
    LET x == command[c]   p == x.paper
        fits == Total(held) - held[p] + x.want <= budget IN
    /\ x.at = "grant"
    /\ IF held[p] > x.want /\ ~Mutated("grantsLess")
       THEN Move(c, [at |-> "complete"]) /\ UNCHANGED <<length, held, granted>>
       ELSE IF Mutated("ungranted")                   \* only reads whether it fits
       THEN Move(c, [at |-> IF Total(Caps) - paper[p].cap + x.want <= budget THEN "follow" ELSE "done", number |-> length])
            /\ UNCHANGED <<length, held, granted>>
       ELSE IF fits THEN Book(p, x.want) /\ Move(c, [at |-> "follow", number |-> length])
       ELSE Move(c, [at |-> "done"]) /\ UNCHANGED <<length, held, granted>>
    /\ UNCHANGED <<budget, paper, kills>>

Follow(c) ==
    LET x == command[c]   p == x.paper IN
    /\ x.at = "follow"
    /\ IF paper[p].grant < x.number \/ Mutated("followsOld") THEN Write(p, x.want, x.number) ELSE UNCHANGED paper
    /\ Move(c, [at |-> "done"])
    /\ UNCHANGED <<length, budget, held, granted, kills>>

Lower(c) ==                                           \* makes void every grant up to the one that it knows
    LET x == command[c]   p == x.paper IN
    /\ x.at = "lower"
    /\ IF paper[p].cap >= x.want /\ paper[p].grant <= x.known
       THEN Write(p, x.want, x.known) /\ Move(c, [at |-> IF Mutated("booksFirst") THEN "done" ELSE "take"])
       ELSE Move(c, [at |-> "new"]) /\ UNCHANGED paper
    /\ UNCHANGED <<length, budget, held, granted, kills>>

Take(c) ==                                            \* the campaign takes back what the paper does not need
    LET x == command[c]   p == x.paper IN
    /\ x.at = "take"
    /\ IF granted[p] = x.known \/ Mutated("takesAlways") THEN Book(p, x.want) ELSE UNCHANGED <<length, held, granted>>
    /\ Move(c, [at |-> IF Mutated("booksFirst") THEN "lower" ELSE "done"])
    /\ UNCHANGED <<budget, paper, kills>>

(* ------------------------------ completing what others began ------------------------------ *)
Survey(c, p) ==                                       \* reads the campaign; the paper follows in a step of its own
    /\ command[c].at \in {"new", "complete"}
    /\ command[c].at = "complete" => p = command[c].paper
    /\ Move(c, [at |-> "compare", paper |-> p, known |-> granted[p], want |-> held[p]])
    /\ UNCHANGED <<length, budget, held, granted, paper, kills>>

Compare(c) ==
    LET x == command[c]   p == x.paper IN
    /\ x.at = "compare"
    /\ Move(c, IF x.want > paper[p].cap /\ x.known = paper[p].grant THEN [at |-> "take", want |-> paper[p].cap]
               ELSE IF x.want > paper[p].cap /\ x.known > paper[p].grant THEN [at |-> "follow", number |-> x.known]
               ELSE [at |-> "done"])
    /\ UNCHANGED <<length, budget, held, granted, paper, kills>>

(* ------------------------------ the campaign's budget ------------------------------ *)
SetBudget(c, amount) ==
    /\ command[c].at = "new"
    /\ amount >= Total(held) /\ amount # budget
    /\ budget' = amount /\ length' = length + 1 /\ Move(c, [at |-> "done"])
    /\ UNCHANGED <<held, granted, paper, kills>>

(* ------------------------------ faults ------------------------------ *)
Kill(c) ==
    /\ kills > 0 /\ command[c].at \notin {"new", "done"}
    /\ kills' = kills - 1 /\ Move(c, [at |-> "done"])
    /\ UNCHANGED <<length, budget, held, granted, paper>>

Work(c) == \/ Look(c) \/ Grant(c) \/ Follow(c) \/ Lower(c) \/ Take(c) \/ Compare(c)
           \/ \E p \in Papers : Survey(c, p) \/ \E want \in Amounts : Start(c, p, want)
           \/ \E amount \in 1..(Most + Cardinality(Papers)) : SetBudget(c, amount)
Next == \E c \in Commands : Work(c) \/ Kill(c)
Spec == Init /\ [][Next]_vars

(* ------------------------------ what must hold ------------------------------ *)
(* The caps of a campaign's papers never come to more than its budget, at no moment.              *)
CapsWithinBudget == Total(Caps) <= budget
(* The campaign's books hold at least the cap of each paper.                                      *)
Held == \A p \in Papers : paper[p].cap <= held[p]
(* A paper takes into account only what was granted: where the books hold more than its cap, the   *)
(* next command either takes that back or lets the paper follow.                                  *)
Heard == \A p \in Papers : paper[p].grant <= granted[p]
=============================================================================
