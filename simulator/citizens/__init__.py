"""Citizens who come to the kiosk: scripted visits and the player who lives them."""
