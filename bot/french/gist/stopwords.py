"""Words that carry no matter of their own, folded."""

from __future__ import annotations

from bot.french.patterns import names

STOP = names(
    " a ai ainsi alors apres as au aucun aussi autre autres aux avant avec avez avons bien bonjour c ca"
    " car ce cela celle celles celui ces cet cette ceux chaque chez ci comme comment d dans de depuis des"
    " deux dit doit donc dont du elle elles en encore entre es est et etait etant ete etes etre eu faire"
    " fait faut fois font http https ici il ils j je jusque l la le les leur leurs lors lui m ma mais me"
    " meme merci mes moi mon n ne ni nos notre nous on ont or ou par parce pas peu peut peuvent plus"
    " plusieurs pour pourquoi puis qu quand que quel quelle quelles quelque quelques quels qui s sa sans"
    " se sera seront ses si soit son sont sous suis sur t ta te tes toi ton tous tout toute toutes tres tu"
    " un une va vers voici vos votre vous www y"
)
