if (event_class === "important") {
  const line = document.createElement("li")
  line.textContent = [channel, message, data.id, site].join(" ")
  document.getElementById("seen").append(line)
}
