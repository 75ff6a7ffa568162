if (event_class === "announcement") {
  const place = document.getElementById("announcement")
  if (place) {
    place.textContent = message
    place.hidden = false
  }
}
