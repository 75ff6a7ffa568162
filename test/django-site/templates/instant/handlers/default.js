const line = document.createElement("li")
line.textContent = "default " + channel + " " + message
document.getElementById("seen").append(line)
