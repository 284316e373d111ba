function n(e){let t=document.querySelector("[data-said]");t&&(t.textContent=e)}export{n as a};
